import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { httpFunctions } from '../../../lib/wiring/functions/http-functions.ts';

test('docs/http.md names every route with the scope that it asks for', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/http.md'), 'utf8');
  const [, section = ''] = /### Scopes\n(.*?)\n### /s.exec(page) ?? [];
  const rows = [...section.matchAll(/^\| `(\w+ \/\S*)` \| `?([^|`]+)`? \|$/gm)].map(([, route, access]) => [
    route,
    access,
  ]);
  expect(rows).toEqual(httpFunctions.flatMap(({ routes }) => Object.entries(routes)));
});
