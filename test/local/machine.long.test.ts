import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startRedis } from '../../local/engines/redis/server.ts';
import { callerOf } from '../../local/stack/caller.ts';
import { eventually } from '../support/eventually.ts';
import { npmStart, runProgram } from '../support/program.ts';
import { copyProject } from '../support/project-copy.ts';
import { startRedisBehindTls } from '../support/redis-behind-tls.ts';
import { ownFolder } from './left-behind.ts';

const root = join(import.meta.dirname, '../..');
const embedded = { SLUICE_ENGINES: 'embedded' };

describe('on a machine that lacks something', () => {
  test('npm start works without a home folder, a search path and with 256 open files at first, as on macOS', async () => {
    const folder = ownFolder();
    const env = { ...process.env, TMPDIR: folder.env.TMPDIR, PATH: folder.env.TMPDIR, HOME: '/dev/null/home' };
    const command = `ulimit -S -n 256; exec '${process.execPath}' local/commands/start.ts --port 0`;
    const child = spawn('/bin/sh', ['-c', command], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (chunk) => (printed += chunk));
    await eventually(() => expect(printed).toContain('Ctrl-C ends it'));
    const [api = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
    const caller = callerOf({ api });
    const answers = await Promise.all(Array.from({ length: 200 }, () => caller.fetch('/event-types')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    child.kill('SIGTERM');
    expect((await once(child, 'close'))[0]).toBe(0);
    await eventually(() => expect(folder.processes()).toEqual([]));
  });

  test.each([
    [
      'a temporary folder',
      { TMPDIR: '/dev/null/x' },
      'the temporary folder /dev/null/x cannot be written (ENOTDIR); set',
    ],
    [
      'a temporary folder that exists',
      { TMPDIR: '/nowhere' },
      'the temporary folder /nowhere cannot be written (ENOENT)',
    ],
  ])('npm start says in one line that it lacks %s', async (_, env, line) => {
    const { printed, ended } = npmStart(['--port', '0'], { ...embedded, ...env });
    expect((await ended)[0]).toBe(1);
    expect(printed.err.trim().split('\n')).toEqual([expect.stringContaining(line)]);
  });

  test('npm start says in one line that it may not open enough files', async () => {
    const command = `ulimit -n 256; exec '${process.execPath}' local/commands/start.ts --port 0`;
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: root,
      env: { ...process.env, ...embedded },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [said] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect(child.exitCode).toBe(1);
    expect(said.trim()).toBe(
      'a process may have only 256 files and connections open here, and needs 1024; raise the limit: ulimit -n 1024',
    );
  });

  test('npm start says in one line that it cannot write what it builds', async () => {
    const copy = copyProject();
    onTestFinished(copy.remove);
    copy.write('dist-local', 'a file');
    const { printed, ended } = runProgram(['local/commands/start.ts', '--port', '0'], embedded, copy.folder);
    expect((await ended)[0]).toBe(1);
    expect(printed.err.trim()).toMatch(/^ENOTDIR: not a directory, mkdir '.+\/dist-local\/[\w-]+'$/);
  });
});

describe('entry 44: a Redis that is named', () => {
  test('behind a private authority serves every function, where NODE_EXTRA_CA_CERTS names it', async ({ skip }) => {
    const redis = await startRedisBehindTls();
    if (typeof redis === 'string') return skip(`no Redis with TLS: ${redis}`);
    onTestFinished(redis.stop);
    const named = { SLUICE_STATE: 'none', REDIS_URL: redis.url };
    const without = npmStart(['--port', '0'], named);
    expect((await without.ended)[0]).toBe(1);
    expect(without.printed.err.trim()).toMatch(/^REDIS_URL names a server that does not answer: .*certificate/);
    const { child, printed, ended } = npmStart(['--port', '0'], { ...named, NODE_EXTRA_CA_CERTS: redis.caFile });
    await eventually(() => expect(printed.out).toContain('Ctrl-C ends it'));
    const [api = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed.out) ?? [];
    const caller = callerOf({ api });
    expect(await (await caller.fetch('/health')).json()).toMatchObject({ dependencies: { redis: 'up' } });
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    expect(printed.err).toBe('');
  });

  test('and does not serve the functions ends the start with a line that names it', async () => {
    const { url, stop } = await startRedis();
    onTestFinished(stop);
    // It answers whoever starts, and is no cluster.
    const named = { SLUICE_STATE: 'none', REDIS_URL: url, REDIS_CLUSTER: 'true' };
    const { printed, ended } = npmStart(['--port', '0'], named);
    expect((await ended)[0]).toBe(1);
    expect(printed.err.trim()).toMatch(/^Redis \(.+ \(named by REDIS_URL\)\) answered this start and does not serve/);
    expect(printed.out).not.toContain('Ready');
  });
});

describe('a start that is ended before it is up leaves nothing behind, and has nothing to say', () => {
  test.each([
    ['SIGINT', 600],
    ['SIGTERM', 1200],
  ] as const)('%s to it alone after %i ms', async (signal, ms) => {
    const folder = ownFolder();
    const { child, printed, ended } = npmStart(['--port', '0'], folder.env);
    await wait(ms);
    child.kill(signal);
    await ended;
    expect(printed.err).toBe('');
    await folder.isEmptyAgain();
  });

  test('Ctrl-C in a terminal, which reaches all of its processes', async () => {
    const folder = ownFolder();
    const child = spawn(process.execPath, ['local/commands/start.ts', '--port', '0'], {
      cwd: root,
      env: { ...process.env, ...folder.env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    child.stderr.on('data', (chunk) => (printed += chunk));
    // The reaper is there, so engines are being started.
    await eventually(() => expect(folder.processes().length).toBeGreaterThan(2));
    process.kill(-(child.pid ?? Number.NaN), 'SIGINT');
    expect((await once(child, 'close'))[0]).toBe(0);
    expect(printed).toBe('');
    await folder.isEmptyAgain();
  });

  test('SIGKILL', async () => {
    const folder = ownFolder();
    const { child, ended } = npmStart(['--port', '0'], folder.env);
    await eventually(() => expect(folder.processes().length).toBeGreaterThan(2));
    child.kill('SIGKILL');
    await ended;
    await folder.isEmptyAgain();
  });
});

test('killed outright when it is up, it leaves its log behind and no process', async () => {
  const folder = ownFolder();
  const { child, printed, ended } = npmStart(['--port', '0'], folder.env);
  await eventually(() => expect(printed.out).toContain('Ctrl-C ends it'));
  child.kill('SIGKILL');
  await ended;
  await eventually(() => expect(folder.processes()).toEqual([]));
  expect(readdirSync(folder.env.TMPDIR)).toEqual([expect.stringMatching(/^sluice-\d+\.log$/)]);
});

test('npm that is killed outright takes with it what it runs', async () => {
  const folder = ownFolder();
  // The shell stands for npm, which would do nothing more here and take a second for it.
  const npm = spawn(
    '/bin/sh',
    ['-c', `'${process.execPath}' local/run.cjs local/commands/engine.ts redis --port 0; :`],
    {
      cwd: root,
      env: { ...process.env, ...folder.env, npm_lifecycle_event: 'engine' },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  await once(npm.stdout, 'data');
  npm.kill('SIGKILL');
  await folder.isEmptyAgain();
});
