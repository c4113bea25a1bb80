import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { playAll } from '../../../local/commands/timelines/play.ts';
import { timelinesIn } from '../../../local/commands/timelines/timeline.ts';
import { eventually } from '../../support/eventually.ts';
import { runProgram } from '../../support/program.ts';
import { copyProject, type ProjectCopy } from '../../support/project-copy.ts';
import { startCopy } from '../../support/start-copy.ts';

/** What checks and tests a project, beside the service. */
const WORKSHOP = [
  ...['.ci', 'test', 'verification'],
  ...['biome.json', 'tsconfig.json', 'vitest.config.ts', 'package-lock.json'],
];
/** As long as AWS lets it be with the name of this service. */
const LONGEST = `long.${'o'.repeat(45)}`;
const NEW = [['cart.abandoned'], ['cart.filled', '--ordered'], ['cart.seen', '--batch'], [LONGEST]] as const;
const filesOf = (type: string) => [
  `functions/events/${type}.ts`,
  `test/functions/events/${type}.test.ts`,
  `test/functions/events/${type}.timeline.json`,
];

let project: ProjectCopy;
beforeAll(() => {
  project = copyProject(WORKSHOP);
});
afterAll(() => project.remove());

/** Seconds for an outcome: what has not come by then is not coming. */
const PATIENT = 60;
const types: readonly string[] = NEW.map(([type]) => type);

const newIn = async (...args: readonly string[]) => {
  const { printed, ended } = runProgram(['local/commands/new.ts', ...args], {}, project.folder);
  return { code: (await ended)[0], ...printed };
};
const domain = () =>
  ['functions', 'test/functions', 'examples', 'test/examples'].flatMap((folder) =>
    readdirSync(join(project.folder, folder), { recursive: true, encoding: 'utf8' }),
  );
/** Runs a program of a package. */
const tool = (path: string, ...args: readonly string[]) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const command = [join(project.folder, 'node_modules', path), ...args];
    execFile(process.execPath, command, { cwd: project.folder }, (error, out, err) =>
      resolve({ code: error ? 1 : 0, output: out + err }),
    );
  });

describe('npm run new', () => {
  test('writes an event type of each kind, a test and a timeline, and says where', async () => {
    for (const [type, ...flags] of NEW) {
      const { code, out, err } = await newIn(type, ...flags);
      expect([code, err]).toEqual([0, '']);
      for (const file of filesOf(type)) {
        expect(out).toContain(`  ${file}\n`);
        expect(existsSync(join(project.folder, file))).toBe(true);
      }
    }
  }, 30_000);

  test('what it writes is formatted, and its types hold', async () => {
    const written = NEW.flatMap(([type]) => filesOf(type));
    expect(await tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', ...written)).toMatchObject({
      code: 0,
    });
    expect(await tool('typescript/bin/tsc')).toEqual({ code: 0, output: '' });
  }, 180_000);

  test('the tests that it writes pass, and so do the rules of event files', async () => {
    const tests = NEW.map(([type]) => filesOf(type)[1] ?? '');
    const { code, output } = await tool('vitest/vitest.mjs', 'run', '--project', 'unit', ...tests, 'test/architecture');
    expect(code, output).toBe(0);
    expect(output).toContain(`${NEW.length + 1} passed`);
  }, 120_000);

  test('npm start has them, and their timelines are what is seen', async () => {
    const stack = await startCopy(project);
    try {
      for (const [type] of NEW) {
        const data = { id: '5f0c7a52-8a0b-4e6f-9d0e-3a1f6f6f2b11', note: 'sent' };
        const answer = await stack.caller.post('/events', { type, data }, { headers: { prefer: 'wait=20' } });
        expect(await answer.json()).toMatchObject({ type, status: 'succeeded', result: { id: data.id } });
      }
      const written = timelinesIn('test/functions/events', project.folder).filter(({ type }) => types.includes(type));
      const checks = await playAll(written, { caller: stack.caller, seconds: PATIENT, declared: {} });
      expect(checks.filter(({ state }) => state !== 'passed')).toEqual([]);
      expect(checks).toHaveLength(3 * NEW.length);
    } finally {
      await stack.stop();
    }
  }, 120_000);

  test.each([
    ['a type that is there', ['cart.abandoned'], /^functions\/events\/cart\.abandoned\.ts is there already\n$/],
    ['one word', ['cart'], /^"cart" is no event type: must be lower-case words joined by dots \(.+\)\n$/],
    ['capitals', ['Cart.Seen'], /^"Cart\.Seen" is no event type: .+\n$/],
    ['a path', ['../cart.seen'], /^"\.\.\/cart\.seen" is no event type: .+\n$/],
    [
      'too long a type',
      [`${LONGEST}o`],
      /^functions\/events\/long\.o+\.ts: the function ".+" has 65 characters, .+\n$/,
    ],
    [
      'two kinds',
      ['cart.lost', '--ordered', '--batch'],
      /^one type and its kind, or --empty; npm run new -- --help says what there is\n$/,
    ],
    [
      'two types',
      ['cart.lost', 'cart.found'],
      /^one type and its kind, or --empty; npm run new -- --help says what there is\n$/,
    ],
    ['no type', [], /^one type and its kind, or --empty; npm run new -- --help says what there is\n$/],
    [
      'an option that there is not',
      ['cart.lost', '--order'],
      /^Unknown option '--order'; npm run new -- --help says what there is\n$/,
    ],
    [
      'a type to empty',
      ['cart.lost', '--empty'],
      /^one type and its kind, or --empty; npm run new -- --help says what there is\n$/,
    ],
    ['nobody to be asked', ['--empty'], /^--empty removes files; .+ npm run new -- --empty --yes\n$/],
  ])('refuses %s in one line, and writes nothing', async (_, args, line) => {
    const before = domain();
    const { code, out, err } = await newIn(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(line);
    expect(domain()).toEqual(before);
  });
});

describe('npm run new -- --empty', () => {
  const example = 'examples/guest';
  const guest = 'guest.came';

  test('asks on a terminal, and takes no for an answer', async (context) => {
    const before = domain();
    // Of util-linux: it runs a program on a terminal of its own.
    const command = `'${process.execPath}' local/commands/new.ts --empty`;
    const terminal = spawn('script', ['-qec', command, '/dev/null'], { cwd: project.folder, stdio: 'pipe' });
    const there = await Promise.race([
      once(terminal, 'spawn').then(() => true),
      once(terminal, 'error').then(() => false),
    ]);
    context.skip(!there, 'this machine has no script(1) to give a program a terminal');
    let shown = '';
    terminal.stdout.on('data', (chunk) => (shown += chunk));
    await eventually(() => expect(shown).toContain('Remove them? [y/N] '));
    terminal.stdin.write('n\n');
    expect((await once(terminal, 'close'))[0]).toBe(1);
    expect(shown).toContain('nothing was removed');
    expect(domain()).toEqual(before);
  });

  test('takes nothing out of what was released', async () => {
    const lock = 'deploy/catalogue.lock.json';
    const committed = readFileSync(join(project.folder, lock), 'utf8');
    project.write(lock, JSON.stringify({ format: 1, stages: { prod: { [guest]: { data: {} } } } }));
    const before = domain();
    const { code, err } = await newIn('--empty', '--yes');
    expect([code, err]).toEqual([1, expect.stringContaining(`released to prod: ${guest} (${lock})`)]);
    expect(domain()).toEqual(before);
    project.write(lock, committed);
  });

  test('writes nothing before somebody agreed', async () => {
    const lock = 'deploy/catalogue.lock.json';
    const path = join(project.folder, lock);
    const committed = readFileSync(path, 'utf8');
    const unreleased = JSON.stringify({ format: 1, stages: { prod: {} } });
    project.write(lock, unreleased);
    expect(await newIn('--empty')).toMatchObject({ code: 1 });
    expect(readFileSync(path, 'utf8')).toBe(unreleased);
    project.write(lock, committed);
  });

  test('takes out the examples and what they name, says so, and leaves what is yours', async () => {
    await newIn(guest);
    project.makeFolder(example);
    project.makeFolder(`test/${example}`);
    project.write(`${example}/event-types.json`, JSON.stringify([guest]));
    project.makeFolder('functions/common');
    project.write('functions/common/guest.ts', 'export const guests = {};');
    const theirs = [...filesOf(guest), 'functions/common/guest.ts', example, `test/${example}`];
    const { code, out, err } = await newIn('--empty', '--yes');
    expect([code, err]).toEqual([0, '']);
    for (const path of theirs) {
      expect(out).toContain(`  ${path}\n`);
      expect(existsSync(join(project.folder, path))).toBe(false);
    }
    expect(readdirSync(join(project.folder, 'examples'))).toEqual(['common', 'handlers']);
    const yours = NEW.map(([type]) => `${type}.ts`).toSorted();
    expect(readdirSync(join(project.folder, 'functions/events')).toSorted()).toEqual(yours);
    expect(await newIn('--empty', '--yes')).toMatchObject({ code: 0, out: 'there is no example to take out\n' });
  }, 30_000);

  test('without them the types hold', async () => {
    const { output } = await tool('typescript/bin/tsc');
    const faults = output.split('\n').filter((line) => line !== '' && !/^\s/.test(line));
    expect(faults).toEqual([]);
  }, 180_000);

  test('without any type it starts, and says how to add one', async () => {
    for (const [type] of NEW) for (const file of filesOf(type)) project.delete(file);
    const stack = await startCopy(project);
    try {
      expect(stack.banner).toContain('no event type is declared; add one: npm run new -- <type>');
    } finally {
      await stack.stop();
    }
  }, 90_000);

  test('an example that does not say which types are its own is left, and that is told', async () => {
    project.makeFolder(example);
    project.write(`${example}/event-types.json`, '{');
    const { code, err } = await newIn('--empty', '--yes');
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^examples\/guest\/event-types\.json must be a JSON array .+\n$/),
    ]);
    expect(readFileSync(join(project.folder, example, 'event-types.json'), 'utf8')).toBe('{');
  });
});
