import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sow } from '../../../local/stack/seeds.ts';

describe('seeds of examples', () => {
  let root: string;
  let told: string[];
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sluice-seeds-'));
    told = [];
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const put = (example: string, name: string, text: string) => {
    mkdirSync(join(root, 'examples', example), { recursive: true });
    writeFileSync(join(root, 'examples', example, name), text);
  };
  /** A seed that leaves a file with the event types that it was told of. */
  const leaves = (example: string) =>
    put(
      example,
      'seed.mjs',
      `import { writeFileSync } from 'node:fs';
export const seed = async ({ types }) => writeFileSync('${join(root, example)}', types.join());`,
    );
  const reached = (example: string) => put(example, 'seed.ts', `export { seed } from './seed.mjs';`);
  const sown = (...types: string[]) =>
    sow({ mongoUri: 'mongodb://example/', database: 'd', types }, (line) => told.push(line), root);
  const left = (example: string) =>
    existsSync(join(root, example)) ? readFileSync(join(root, example), 'utf8') : undefined;

  test('are sown where one of the event types that they name is declared', async () => {
    for (const example of ['one', 'other']) {
      leaves(example);
      reached(example);
    }
    put('one', 'event-types.json', '["a.b", "c.d"]');
    put('other', 'event-types.json', '["e.f"]');
    await sown('c.d', 'x.y');
    expect([left('one'), left('other'), told]).toEqual(['c.d,x.y', undefined, []]);
  });

  test('that are broken, or not there, are nothing to who has none of their types', async () => {
    put('broken', 'seed.ts', 'export const seed = {');
    put('broken', 'event-types.json', '["a.b"]');
    put('without', 'event-types.json', '["c.d"]');
    await sown('c.d');
    expect(told).toEqual([]);
    await expect(sown('a.b')).rejects.toThrow(/^examples\/broken\/seed\.ts: /);
  });

  test('that fail are named', async () => {
    put('failing', 'seed.ts', `export const seed = async () => { throw new Error('no shelf'); };`);
    put('failing', 'event-types.json', '["a.b"]');
    await expect(sown('a.b')).rejects.toThrow('examples/failing/seed.ts: no shelf');
  });

  test.each(['{', '"a.b"', '[1]', undefined])(
    'whose types are said as %s are passed over, which is told',
    async (text) => {
      leaves('one');
      reached('one');
      if (text !== undefined) put('one', 'event-types.json', text);
      await sown('a.b');
      expect(left('one')).toBeUndefined();
      expect(told).toEqual([
        expect.stringMatching(
          /^examples\/one\/event-types\.json must be a JSON array of event types \(.+\); nothing of this example is seeded$/,
        ),
      ]);
    },
  );

  test('are none where there is no example', async () => {
    await sown('a.b');
    expect(told).toEqual([]);
  });
});
