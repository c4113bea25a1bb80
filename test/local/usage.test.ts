import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { readOptions } from '../../deploy/command-line.ts';

const root = join(import.meta.dirname, '../..');
const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Scripts that run a file of ours, with its arguments. */
const ours = Object.entries(scripts).flatMap(([name, script]) => {
  const [, file, args = ''] = /^(?:exec )?node local\/run\.cjs (\S+\.ts)( .*)?$/.exec(script) ?? [];
  return file === undefined ? [] : [{ name, file, args: args.split(' ').filter(Boolean) }];
});
const typed = (name: string): string => (name === 'start' ? 'npm start' : `npm run ${name}`);
const usageOf = (file: string): string => readFileSync(join(root, file.replace(/\.ts$/, '.usage.txt')), 'utf8');

test('every npm script of ours says for --help what it can be told, and starts nothing', async () => {
  expect(ours.map(({ name }) => name)).toEqual(expect.arrayContaining(['start', 'demo', 'new', 'chaos', 'db:drop']));
  const asked = ours.map(async ({ name, file, args }) => {
    const command = ['local/run.cjs', file, ...args, '--help'];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { cwd: root });
    expect([name, stderr]).toEqual([name, '']);
    expect(stdout).toContain(typed(name));
    expect(stdout).toBe(usageOf(file));
  });
  await Promise.all(asked);
});

test.each(ours)('what is said of npm run $name has an example, and every option that its file knows', ({ file }) => {
  const usage = usageOf(file);
  expect(usage.trimEnd().split('\n').at(-1)).toMatch(/^ {2}([A-Z_]+=\S+ )*npm (run|start)/);
  const text = readFileSync(join(root, file), 'utf8');
  const options = [...text.matchAll(/^\s+'?([a-z-]+)'?: \{ type: '(?:string|boolean)'/gm)].map(
    ([, name]) => `--${name}`,
  );
  const said = /'usage: .*'/.exec(text)?.[0] ?? '';
  const more = said.match(/--[a-z-]+|MONGODB_DATABASE \(\S+\)|\bmove\b/g) ?? [];
  expect([...options, ...more].filter((option) => !usage.includes(option))).toEqual([]);
});

test('other people’s programs answer for themselves', () => {
  const others = Object.values(scripts).flatMap((script) => script.match(/node_modules\/\S+/g) ?? []);
  expect(others.length).toBeGreaterThan(0);
  expect(others.filter((file) => existsSync(join(root, `${file}.usage.txt`)))).toEqual([]);
});

describe('a command line that asks for what there is not', () => {
  test.each([
    [['--prot', '1'], "Unknown option '--prot'; npm run x -- --help says what there is"],
    [['--port'], "Option '--port <value>' argument missing; npm run x -- --help says what there is"],
    [['word'], "Unexpected argument 'word'; npm run x -- --help says what there is"],
  ])('%j is one line, and 1', (args, line) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code}`);
    });
    const options = { port: { type: 'string' } } as const;
    expect(() => readOptions('npm run x', { args, options })).toThrow('exit 1');
    expect(printed.mock.calls).toEqual([[line]]);
    for (const spy of [printed, exit]) spy.mockRestore();
  });
});
