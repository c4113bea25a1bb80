import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { build } from '../../deploy/build.ts';
import { entriesOf } from '../../deploy/bundler.ts';
import { eventually } from '../support/eventually.ts';
import { childrenOf } from '../support/processes.ts';

const root = join(import.meta.dirname, '../..');

describe('the build', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-build-'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (path: string, ...lines: string[]) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${lines.join('\n')}\n`);
  };
  const files = (entry: string) => readdirSync(join(folder, 'dist', entry)).filter((file) => file.endsWith('.mjs'));
  const consume = (...rest: string[]) =>
    put(
      'functions/consume.ts',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a file
      'const load = (type: string) => import(`./events/${type}.ts`);',
      'export const handler = async ({ type }: { type: string }) => (await load(type)).default;',
      ...rest,
    );

  it('makes a bundle of every file that exports a handler, and of no other', async () => {
    consume();
    put('functions/events/a.b.ts', 'export default 1;');
    put('functions/load-event.ts', 'export const loadEvent = 1;');
    expect(entriesOf(folder)).toEqual(['consume']);
    expect(await build(folder)).toMatch(/^consume +\d+ KB +\d+ files$/);
    expect(readdirSync(join(folder, 'dist'))).toEqual(['consume']);
  });

  it('makes a chunk of each event file, loaded by who asks for that type alone', async () => {
    consume();
    put('functions/events/a.b.ts', `export default 'first';`);
    put('functions/events/c.d.ts', `throw new Error('loaded without need');`);
    await build(folder);
    expect(files('consume').map((file) => file.replace(/-[^-]*$/, ''))).toEqual(expect.arrayContaining(['a.b', 'c.d']));
    const { handler } = await import(join(folder, 'dist/consume/index.mjs'));
    expect(await handler({ type: 'a.b' })).toBe('first');
    await expect(handler({ type: 'not.there' })).rejects.toThrow('not.there');
  });

  it('leaves no program of esbuild behind, which would keep 170 MB', async () => {
    consume();
    await build(folder);
    await eventually(() =>
      expect(childrenOf(process.pid).filter(({ command }) => command.includes('esbuild'))).toEqual([]),
    );
  });

  it('is one without event files too, and says how to add one', async () => {
    consume();
    const [table, line] = (await build(folder)).split('\n\n');
    expect(table).toMatch(/^consume +\d+ KB +1 files$/);
    expect(line).toMatch(/^no event type is declared; add one: npm run new -- <type> .+$/);
    const { handler } = await import(join(folder, 'dist/consume/index.mjs'));
    await expect(handler({ type: 'a.b' })).rejects.toThrow('a.b');
  });

  it('refuses what is no event file among them, and builds nothing', async () => {
    consume();
    put('functions/events/notes.md', 'x');
    await expect(build(folder)).rejects.toThrow('functions/events/notes.md: only event files');
    expect(() => files('consume')).toThrow('ENOENT');
  });

  it('has nothing of what editors and systems leave among sources', async () => {
    consume();
    put('functions/events/a.b.ts', `export default 'first';`);
    const left = ['.a.b.ts.swp', '4913', 'a.b.ts~', '.DS_Store', '._a.b.ts'];
    for (const name of left) put(`functions/events/${name}`, '\0 left }');
    for (const place of ['functions/events/.#a.b.ts', 'functions/.#consume.ts'])
      symlinkSync('somebody@somewhere.1234', join(folder, place));
    expect(await build(folder)).toMatch(/^consume +\d+ KB/);
    const { handler } = await import(join(folder, 'dist/consume/index.mjs'));
    expect(await handler({ type: 'a.b' })).toBe('first');
    expect(
      files('consume')
        .map((file) => readFileSync(join(folder, 'dist/consume', file), 'utf8'))
        .join(),
    ).not.toContain('left }');
  });

  it('keeps the names of functions, by which failures are grouped', async () => {
    put(
      'functions/ingest.ts',
      'function refuseTheJob(): never { throw new Error(`no`); }',
      'export const handler = async () => refuseTheJob();',
    );
    await build(folder);
    const { handler } = await import(join(folder, 'dist/ingest/index.mjs'));
    const fault: unknown = await handler().catch((error: unknown) => error);
    expect((fault as Error).stack).toContain('refuseTheJob');
  });

  it('lets CommonJS dependencies call require', async () => {
    put('functions/ingest.ts', `import old from './old.cjs';`, 'export const handler = async () => old();');
    put('functions/old.cjs', `module.exports = () => require('node:' + 'os').EOL;`);
    await build(folder);
    const { handler } = await import(join(folder, 'dist/ingest/index.mjs'));
    expect(await handler()).toBe('\n');
  });

  it('leaves the last build as it was when a file is broken, and untouched when nothing changed', async () => {
    consume();
    put('functions/events/a.b.ts', 'export default 1;');
    await build(folder);
    const bundled = join(folder, 'dist/consume/index.mjs');
    const { ino, mtimeMs } = statSync(bundled);
    put('functions/events/a.b.ts', 'export default 1 2;');
    await expect(build(folder)).rejects.toThrow('functions/events/a.b.ts:1:18');
    put('functions/events/a.b.ts', 'export default 1;');
    await build(folder);
    expect(statSync(bundled)).toMatchObject({ ino, mtimeMs });
  });

  it('may run twice at a time in one folder', async () => {
    consume();
    put('functions/events/a.b.ts', `export default 'first';`);
    await Promise.all([build(folder), build(folder)]);
    const { handler } = await import(join(folder, 'dist/consume/index.mjs'));
    expect(await handler({ type: 'a.b' })).toBe('first');
  });

  it('leaves nothing of an older build', async () => {
    consume();
    put('functions/events/a.b.ts', 'export default 1;');
    put('dist/consume/stale.mjs', '');
    put('dist/gone/index.mjs', '');
    await build(folder);
    expect(existsSync(join(folder, 'dist/gone/index.mjs'))).toBe(false);
    expect(files('consume')).not.toContain('stale.mjs');
  });

  it('leaves the messages of zod in other languages out', async () => {
    put(
      'functions/ingest.ts',
      `import { z } from 'zod';`,
      'export const handler = async (value: unknown) => z.int().safeParse(value).error?.issues[0]?.message;',
    );
    await build(folder);
    const { handler } = await import(join(folder, 'dist/ingest/index.mjs'));
    expect(await handler('x')).toBe('Invalid input: expected number, received string');
    expect(readFileSync(join(folder, 'dist/ingest/index.mjs'), 'utf8')).not.toContain('Ungültige Eingabe');
  });

  it('says in one line where an event file is broken', async () => {
    consume();
    put('functions/events/a.b.ts', 'export default {', '  type: 1 2,', '};');
    await expect(build(folder)).rejects.toThrow(/^functions\/events\/a\.b\.ts:2:11: Expected "}" but found "2"$/);
  });

  it.each(['deploy', 'local', 'client', 'test'])('ends when %s/ would be deployed', async (home) => {
    put('functions/ingest.ts', `import { x } from '../${home}/x.ts';`, 'export const handler = async () => x;');
    put(`${home}/x.ts`, 'export const x = Math.random();');
    await expect(build(folder)).rejects.toThrow(`functions/ingest.ts: ${home}/x.ts must not be deployed`);
  });

  it('says in stack traces where the sources are, and groups failures as it does without that', async () => {
    put('functions/ingest.ts', `import { sell } from '../lib/shop.ts';`, 'export const handler = async () => sell();');
    put(
      'lib/shop.ts',
      '/** On line 3. */',
      'export function sell(): never {',
      `  throw new RangeError('none left');`,
      '}',
    );
    put(
      'told.mjs',
      `import { failureGroup } from '${join(root, 'lib/core/failure-group.ts')}';`,
      `import { describeThrown } from '${join(root, 'lib/core/thrown.ts')}';`,
      `const { handler } = await import('./dist/ingest/index.mjs');`,
      'const error = await handler().catch((thrown) => thrown);',
      'console.log(JSON.stringify({ stack: error.stack, group: failureGroup(describeThrown(error), null) }));',
    );
    await build(folder);
    const told = (...options: string[]) =>
      JSON.parse(execFileSync(process.execPath, [...options, join(folder, 'told.mjs')]).toString());
    const mapped = told('--enable-source-maps');
    expect(mapped.stack).toContain(`at sell (${realpathSync(folder)}/lib/shop.ts:3:9)`);
    expect(mapped.group).toBe(told().group);
  });

  it('takes along what event files share, which lies beside their folder, wherever that is', async () => {
    vi.stubEnv('SLUICE_EVENTS', 'test/events');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a file
    put('functions/load-event.ts', 'export const load = (type: string) => import(`./events/${type}.ts`);');
    put(
      'functions/consume.ts',
      "import { load } from './load-event.ts';",
      'export const handler = async (type: string) => (await load(type)).default;',
    );
    put('test/events/a.b.ts', `export { word as default } from '../common/word.ts';`);
    put('test/common/word.ts', `export const word = 'shared';`);
    await build(folder);
    const { handler } = await import(join(folder, 'dist-of/test-events/consume/index.mjs'));
    expect(await handler('a.b')).toBe('shared');
  });

  describe('entry 37: tells each event file which build it is (protocol: schema-again)', () => {
    const first = () => put('functions/common/rule.ts', 'export const isRight = (text: string) => text.length < 9;');
    beforeEach(() => {
      consume();
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a file
      put('functions/ingest.ts', 'export const handler = (type: string) => import(`./events/${type}.ts`);');
      put('functions/events/a.b.ts', `import { isRight } from '../common/rule.ts';`, 'export default isRight;');
      put('functions/events/c.d.ts', `export default 'other';`);
      first();
    });
    const textOf = (entry: string, type: string) => {
      const chunk = files(entry).find((file) => file.startsWith(`${type}-`)) ?? '';
      return readFileSync(join(folder, 'dist', entry, chunk), 'utf8');
    };
    const toldBy = (entry: string, type: string): { hash: string; time: string } =>
      JSON.parse(/^export const sluiceBuild=(.*);$/m.exec(textOf(entry, type))?.[1] ?? 'null');
    const hashes = async () => {
      await build(folder);
      return ['a.b', 'c.d'].map((type) => toldBy('consume', type).hash);
    };

    it('which is another when anything that it imports is, and no other when nothing is', async () => {
      const [a, c] = await hashes();
      expect([a, c]).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), expect.not.stringMatching(a ?? '')]);
      put('functions/common/rule.ts', 'export const isRight = (text: string) => text.length < 10;');
      const [changed, same] = await hashes();
      expect(changed).not.toBe(a);
      expect(same).toBe(c);
      first();
      expect(await hashes()).toEqual([a, c]);
    });

    it('which is the same for all functions, and is loaded with it', async () => {
      vi.stubEnv('SLUICE_BUILD_TIME', '1700000000');
      await build(folder);
      const told = toldBy('consume', 'a.b');
      expect(told.time).toBe('2023-11-14T22:13:20.000Z');
      expect(toldBy('ingest', 'a.b')).toEqual(told);
      const { handler } = await import(join(folder, 'dist/ingest/index.mjs'));
      expect(await handler('a.b')).toMatchObject({ default: expect.any(Function), sluiceBuild: told });
    });

    it('by the clock, and where a time is given all is as it was', async () => {
      const start = Date.now();
      await build(folder);
      expect(Date.parse(toldBy('consume', 'a.b').time)).toBeGreaterThanOrEqual(start);
      vi.stubEnv('SLUICE_BUILD_TIME', '1700000000');
      await build(folder);
      const before = textOf('consume', 'a.b');
      await build(folder);
      expect(textOf('consume', 'a.b')).toBe(before);
      expect(before).toMatch(/\n\/\/# sourceMappingURL=a\.b-\w+\.mjs\.map\n$/);
    });

    it.each(['yesterday', '-1', '1.5', '2026-11-23'])('and refuses "%s" as its time', async (given) => {
      vi.stubEnv('SLUICE_BUILD_TIME', given);
      await expect(build(folder)).rejects.toThrow(`SLUICE_BUILD_TIME must be whole seconds since 1970, and "${given}"`);
    });
  });

  it('asks for `require` only where something calls it, and the maps stay right', async () => {
    consume();
    put('functions/events/a.b.ts', `export default 'first';`);
    await build(folder);
    const chunk = files('consume').find((file) => file.startsWith('a.b-')) ?? '';
    const code = readFileSync(join(folder, 'dist/consume', chunk), 'utf8');
    expect(code).not.toContain('createRequire');
    const map = new SourceMap(JSON.parse(readFileSync(join(folder, 'dist/consume', `${chunk}.map`), 'utf8')));
    const [first = ''] = code.split('\n');
    expect(map.findEntry(0, first.indexOf('"first"'))).toMatchObject({
      originalSource: '../../functions/events/a.b.ts',
      originalLine: 0,
      originalColumn: 'export default '.length,
    });
  });

  it('has few files at the start of a function, whatever other functions share with it', async () => {
    const shared = Array.from({ length: 6 }, (_, n) => `part${n}`);
    for (const name of shared) put(`functions/common/${name}.ts`, `export const ${name} = { said: '${name}' };`);
    const entry = (...of: string[]) => [
      ...of.map((name) => `import { ${name} } from './common/${name}.ts';`),
      `export const handler = async () => [${of.join()}].map(({ said }) => said);`,
    ];
    put('functions/ingest.ts', ...entry(...shared));
    shared.forEach((name, n) => {
      put(`functions/other${n}.ts`, ...entry(name, 'part0'));
    });
    await build(folder);
    expect(files('ingest')).toEqual(['index.mjs']);
    const { handler } = await import(join(folder, 'dist/ingest/index.mjs'));
    expect(await handler()).toEqual(shared);

    const packaged = files('ingest').map((file) => readFileSync(join(folder, 'dist/ingest', file)));
    await build(folder, 'start');
    expect(readdirSync(join(folder, 'dist-local/ingest')).length, 'where a start waits for it').toBeGreaterThan(4);
    expect(await (await import(join(folder, 'dist-local/ingest/index.mjs'))).handler()).toEqual(shared);
    const after = files('ingest').map((file) => readFileSync(join(folder, 'dist/ingest', file)));
    expect(after, 'what is packaged meanwhile').toEqual(packaged);
  });
});
