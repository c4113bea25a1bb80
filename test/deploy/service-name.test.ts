import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { serviceNameHere } from '../../deploy/service-name.ts';

const project = mkdtempSync(join(tmpdir(), 'service-name-'));
afterAll(() => rmSync(project, { recursive: true }));
const nameIn = (yaml: string) => {
  writeFileSync(join(project, 'serverless.yml'), yaml);
  return serviceNameHere(project);
};

test.each([
  'service: shop\n',
  'service: shop  \nprovider: {}\n',
  "service: 'shop'\n",
  'service: "shop" # ours\n',
  'service: shop\r\n',
])('the name of the service is that which the framework reads: %j', (yaml) => {
  expect(nameIn(yaml)).toBe('shop');
});

test.each(['', 'provider: {}\n', 'service: { name: shop }\n', 'service: shop.api\n', 'service: my_shop\n'])(
  'one that commands could not use is refused: %j',
  (yaml) => {
    expect(() => nameIn(yaml)).toThrow('serverless.yml: service: is missing, or no plain name');
  },
);
