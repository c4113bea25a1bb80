/**
 * `npm run fuzz`: random programs with hostile arguments, to the embedded Redis and to a real one. Exits 0 when every byte was the same but for
 * what docs/local.md lists; 1 when not.
 */
import { readOptions, refuse } from '../../deploy/command-line.ts';
import { endWithNpm } from '../../local/terminal/end-with-npm.ts';
import { fuzz } from './fuzz.ts';
import { textOf } from './report.ts';
import { findRedisServer } from './servers/redis-server.ts';
import { startServers } from './servers/start-servers.ts';

const SCRIPT = 'npm run fuzz';

interface Order {
  numbers: readonly number[];
  seed: number;
  json: boolean;
}

function read(): Order {
  const { values } = readOptions(SCRIPT, {
    options: {
      programs: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [programs, seed] = [whole('--programs', values.programs), whole('--seed', values.seed)];
  const only = values.only === undefined ? undefined : whole('--only', values.only);
  const numbers = only === undefined ? Array.from({ length: programs }, (_, number) => number) : [only];
  return { numbers, seed, json: values.json };
}

function whole(option: string, text: string): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : refuse(SCRIPT, `${option} must be a whole number`);
}

async function main(): Promise<number> {
  const { numbers, seed, json } = read();
  const judge = findRedisServer();
  if (!judge) return refuse(SCRIPT, 'there is no redis-server 7.0 on the PATH');
  const servers = await startServers(judge.program);
  try {
    const report = await fuzz(servers, seed, numbers, (done, differences) =>
      progress(`${done} of ${numbers.length} programs, ${differences} differences`),
    );
    clearLine();
    console.log(json ? JSON.stringify({ server: judge.version, ...report }, null, 2) : textOf(report));
    return report.differences.length === 0 ? 0 : 1;
  } finally {
    await servers.stop();
  }
}

/** Goes over itself on a terminal; in a log one line every now and then is enough. */
let saidAt = performance.now();
function progress(text: string): void {
  const now = performance.now();
  if (now - saidAt < (process.stderr.isTTY ? 100 : 15_000)) return;
  saidAt = now;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else console.error(text);
}
function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

endWithNpm();
process.exitCode = await main();
