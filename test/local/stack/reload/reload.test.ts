import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Shape } from '../../../../deploy/apart/shape.ts';
import { BuildError } from '../../../../deploy/build-error.ts';
import type { Bundles } from '../../../../deploy/bundles.ts';
import { DefinitionError } from '../../../../lib/sdk/errors.ts';
import { createReload } from '../../../../local/stack/reload/reload.ts';

const shapeOf = (functions: readonly string[], collections: Shape['collections'] = {}): Shape => ({
  functions: Object.fromEntries(
    functions.map((key) => [
      key,
      {
        name: key,
        description: key,
        handler: 'x',
        timeout: 6,
        role: { 'Fn::GetAtt': ['R', 'Arn'] },
        environment: {},
        package: { patterns: [] },
        events: [],
      },
    ]),
  ),
  resources: { Resources: {} },
  collections,
});

/**
 * Two consumers of one bundle, each made of its own file and of one that both have.
 * @param others functions before them, of all event types
 */
function world(others: readonly string[] = []) {
  const dist = mkdtempSync(join(tmpdir(), 'sluice-reload-'));
  onTestFinished(() => rmSync(dist, { recursive: true }));
  const sources = new Map([
    ['a.ts', '1'],
    ['b.ts', '1'],
    ['both.ts', '1'],
  ]);
  const said: string[] = [];
  const replaced: string[][] = [];
  const setUps: Shape['collections'][] = [];
  const now = {
    builds: 0,
    shape: shapeOf([...others, 'onA', 'onB']),
    fault: undefined as Error | undefined,
    later: ['x.mjs'],
  };
  const bundles = (): Bundles => {
    const index = join(dist, 'consume/index.mjs');
    const chunk = join(dist, `consume/chunk-${now.builds}.mjs`);
    const files = new Map([chunk, index].map((path) => [path, Buffer.from(`build ${now.builds}`) as Uint8Array]));
    return {
      dist,
      files,
      byEntry: new Map([['consume', files]]),
      partsOf: (_, [type]) => ({ inputs: [`${type}.ts`, 'both.ts'], later: now.later }),
    };
  };
  const handler = 'dist/consume/index.handler';
  const functionOf = (key: string, EVENT_TYPE: string) => ({ key, handler, environment: { EVENT_TYPE } });
  const ofAll = (key: string) => ({ key, handler, environment: { EVENT_TYPES: 'a,b' } });
  const reload = createReload({
    bundles: bundles(),
    shape: now.shape,
    functions: [...others.map(ofAll), functionOf('onA', 'a'), functionOf('onB', 'b')],
    builder: {
      async build() {
        if (now.fault) throw now.fault;
        now.builds += 1;
        return bundles();
      },
      dispose: async () => {},
    },
    sources: new Map(sources),
    readSources: () => new Map(sources),
    readShape: async () => now.shape,
    setUp: async (collections) => void setUps.push(collections),
    replace: (keys) => {
      // What they are to load is there.
      expect(readFileSync(join(dist, 'consume/index.mjs'), 'utf8')).toBe(`build ${now.builds}`);
      replaced.push([...keys]);
    },
    say: (line) => void said.push(line),
    now: () => 120,
  });
  return {
    sources,
    said,
    replaced,
    setUps,
    now,
    files: () => readdirSync(join(dist, 'consume')).sort(),
    async write(path: string) {
      sources.set(path, `${sources.get(path)}+`);
      await reload(0);
    },
    look: () => reload(0),
  };
}

test('functions are replaced that are made of what changed, and no others', async () => {
  const { write, replaced, said } = world();
  await write('a.ts');
  await write('both.ts');
  await write('of no function.ts');
  expect(replaced).toEqual([['onA'], ['onA', 'onB']]);
  expect(said).toEqual(['reloaded onA in 120 ms', 'reloaded onA, onB in 120 ms']);
});

test('consumers are named first, and however many others there are', async () => {
  const { write, said } = world(['ingest', 'query', 'replay', 'catalogue', 'bulkReplay', 'setup']);
  await write('a.ts');
  expect(said).toEqual(['reloaded onA, ingest, query, replay, catalogue, bulkReplay and 1 more in 120 ms']);
});

test('what was written between the build of the start and the first look is built then', async () => {
  const { sources, look, replaced } = world();
  sources.set('b.ts', 'written while it started');
  await look();
  expect(replaced).toEqual([['onB']]);
});

test('a file that was touched and says the same is not built', async () => {
  const { look, now } = world();
  await look();
  expect(now.builds).toBe(0);
});

test('a function whose processes would miss a file that they load later is replaced too', async () => {
  const { write, now, replaced } = world();
  now.later = ['y.mjs'];
  await write('a.ts');
  expect(replaced).toEqual([['onA', 'onB']]);
});

test('of files that the new code does not have, those from before stay until the next time', async () => {
  const { write, files } = world();
  await write('a.ts');
  await write('a.ts');
  expect(files()).toEqual(['chunk-1.mjs', 'chunk-2.mjs', 'index.mjs']);
  await write('a.ts');
  expect(files()).toEqual(['chunk-2.mjs', 'chunk-3.mjs', 'index.mjs']);
});

test('what cannot be built is shown with its line, the code from before goes on, and a line says when it is mended', async () => {
  const { write, now, replaced, said } = world();
  const location = {
    file: 'a.ts',
    namespace: '',
    line: 12,
    column: 5,
    length: 1,
    lineText: '\tx = y z',
    suggestion: '',
  };
  now.fault = new BuildError('a.ts:12:6: Expected ";" but found "z"', { location });
  await write('a.ts');
  expect(replaced).toEqual([]);
  expect(said.splice(0)).toEqual([
    'not reloaded, the code from before goes on: a.ts:12:6: Expected ";" but found "z"\n  12 | \tx = y z\n     | \t    ^',
  ]);
  now.fault = undefined;
  await write('a.ts');
  expect(said).toEqual(['mended: reloaded onA in 120 ms']);
});

test('what is mended by undoing it is what runs', async () => {
  const { write, now, replaced, said } = world();
  now.fault = new DefinitionError('x.ts: only event files lie here');
  await write('x.ts');
  now.fault = undefined;
  await write('x.ts');
  expect(replaced).toEqual([]);
  expect(said.at(-1)).toBe('mended: what is saved is what runs');
});

test('what was refused is tried again when the same is saved again, or what it lacked is there', async () => {
  const { write, look, now, replaced, said } = world();
  now.fault = new BuildError('a.ts:1:8: Could not resolve "./missing.json"', {});
  await write('a.ts');
  now.fault = undefined;
  await look();
  expect(replaced).toEqual([['onA']]);
  expect(said.at(-1)).toBe('mended: reloaded onA in 120 ms');
  await look();
  expect(now.builds).toBe(1);
});

test('code that waited for what an undone change took away is live then', async () => {
  const { write, look, now, replaced } = world();
  const before = now.shape;
  now.shape = shapeOf(['onA']);
  await write('a.ts');
  now.shape = before;
  await look();
  expect(replaced).toEqual([['onA']]);
});

test('why something is refused is said again only when it is another reason', async () => {
  const { write, look, now, said } = world();
  now.fault = new DefinitionError('x.ts: one');
  await write('x.ts');
  await write('x.ts');
  await look();
  now.fault = new DefinitionError('x.ts: other');
  await look();
  now.fault = undefined;
  await look();
  now.fault = new DefinitionError('x.ts: other');
  await write('x.ts');
  expect(said).toEqual([
    'not reloaded, the code from before goes on: x.ts: one',
    'not reloaded, the code from before goes on: x.ts: other',
    'mended: what is saved is what runs',
    'not reloaded, the code from before goes on: x.ts: other',
  ]);
});

test('code that needs what only a restart makes waits for it where something that runs would be gone', async () => {
  const { write, now, replaced, said } = world();
  now.shape = shapeOf(['onA']);
  await write('a.ts');
  expect(replaced).toEqual([]);
  expect(said).toEqual(['not reloaded, the code from before goes on: restart npm start, onB would be gone']);
});

test('what is new and needs a restart is said once, while the code of the others is live', async () => {
  const { write, now, said } = world();
  now.shape = shapeOf(['onA', 'onB', 'onC']);
  await write('a.ts');
  await write('a.ts');
  expect(said).toEqual([
    'reloaded onA in 120 ms',
    'restart npm start for what it makes at its start: onC (new)',
    'reloaded onA in 120 ms',
  ]);
});

test('new indexes are made before the code that needs them runs', async () => {
  const { write, now, setUps } = world();
  now.shape = shapeOf(['onA', 'onB'], { things: { unique: [['name']] } });
  await write('a.ts');
  await write('a.ts');
  expect(setUps).toEqual([{ things: { unique: [['name']] } }]);
});

test('a fault of its own is not hidden', async () => {
  const { write, now } = world();
  now.fault = new RangeError('not ours');
  await expect(write('a.ts')).rejects.toThrow('not ours');
});
