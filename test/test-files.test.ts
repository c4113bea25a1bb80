import { matchesGlob } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import configuration from '../vitest.config.ts';
import { filesOf, read } from './support/repository.ts';

const project = z.object({
  test: z.object({ include: z.array(z.string()), exclude: z.array(z.string()).default([]) }),
});
const run = z.union([
  z.object({ test: z.object({ projects: z.array(project) }) }).transform(({ test }) => test.projects),
  project.transform((one) => [one]),
]);

/** Each with a script: `npm test`, `npm run test:program` and so on. `found` runs files that `test` runs, on servers. */
const MODES = ['test', 'program', 'artefact', 'long'];
/** Nothing to run it against but a server: `npm run test:real` alone. */
const ON_SERVERS = ['test/verification/redis-fuzz/short.contract.test.ts'];

const files = filesOf('test/**/*.test.ts');
const taken = async (mode: string): Promise<string[]> =>
  run.parse(await configuration({ mode, command: 'serve' })).flatMap(({ test: { include, exclude } }) =>
    files.filter((path) => {
      const isOf = (pattern: string) => matchesGlob(path, pattern);
      return include.some(isOf) && !exclude.some(isOf);
    }),
  );

describe('test files', () => {
  test('are each run by one script and one project of it', async () => {
    const all = (await Promise.all(MODES.map(taken))).flat();
    const times = Map.groupBy(all, (path) => path);
    expect(files.length).toBeGreaterThan(400);
    expect(files.filter((path) => times.get(path)?.length !== 1)).toEqual(ON_SERVERS);
  });

  test.each(['vitest.config.ts', 'test/support/longest-first.ts'])('that %s names are there', (path) => {
    // Which begin with `**` are rules for names, and may have no file.
    const named = [...read(path).matchAll(/'(test\/(?!\*\*)[^']+)'/g)].map(([, one = '']) => one);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((one) => filesOf(one).length === 0)).toEqual([]);
  });
});
