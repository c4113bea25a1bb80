/**
 * `npm run chaos`: what the experiments showed last, of which commit and when. With names or `--all` it runs them: breaks Sluice on purpose,
 * and the naive way beside it. Exits 0 when every promise held and every control failed; 1 when not.
 */
import { readOptions, refuse } from '../../deploy/command-line.ts';
import { messageOf } from '../../lib/core/errors.ts';
import { endWithNpm } from '../../local/terminal/end-with-npm.ts';
import { carryOut } from './carry-out.ts';
import { experiments } from './experiments.ts';
import { choices, type Result, readStanding, writeResult } from './results.ts';
import { type Row, tableOf } from './table.ts';

const SCRIPT = 'npm run chaos';
const names = experiments.map(({ name, shows }) => `  ${name.padEnd(10)} ${shows}`).join('\n');

interface Order {
  names: readonly string[];
  real: boolean;
  seed: number;
  json: boolean;
}

async function main(): Promise<number> {
  const order = read();
  return order.names.length === 0 ? show(order) : run(order);
}

async function show({ json }: Order): Promise<number> {
  const standing = await readStanding();
  const rows = experiments.flatMap(({ name }) =>
    choices.flatMap((choice): Row[] => {
      const result = standing[choice].get(name);
      return result ? [{ choice, result }] : [];
    }),
  );
  console.log(
    json ? JSON.stringify(rows, null, 2) : `${tableOf(rows)}\n\nExperiments, for npm run chaos -- <names>:\n${names}`,
  );
  return 0;
}

async function run({ names, real, seed, json }: Order): Promise<number> {
  const choice = real ? 'real' : 'embedded';
  const chosen = experiments.filter(({ name }) => names.includes(name));
  const results = new Map<string, Result>();
  const missing = () => chosen.filter(({ name }) => !results.has(name)).map(({ name }) => name);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      clearLine();
      console.error(`interrupted; what has ended is kept, this has not: ${missing().join(' ')}`);
      process.exit(130);
    });
  const begun = performance.now();
  await carryOut(
    chosen,
    seed,
    { size: 'full', real, progress },
    {
      async ended(result) {
        await writeResult(choice, result);
        results.set(result.name, result);
        clearLine();
        console.error(`${result.name}: ${result.verdict}`);
      },
      fault(name, error) {
        clearLine();
        console.error(`${name}: ${messageOf(error)}`);
      },
    },
  );
  const rows = chosen.flatMap(({ name }): Row[] => {
    const result = results.get(name);
    return result ? [{ choice, result }] : [];
  });
  console.log(json ? JSON.stringify(rows, null, 2) : tableOf(rows));
  clearLine();
  console.error(`${((performance.now() - begun) / 60_000).toFixed(1)} minutes`);
  return missing().length === 0 && rows.every(({ result }) => result.verdict === 'holds') ? 0 : 1;
}

function read(): Order {
  const { values, positionals } = readOptions(SCRIPT, {
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      real: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const { all, real, json } = values;
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) return refuse(SCRIPT, '--seed must be a whole number');
  const known = experiments.map(({ name }) => name);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) return refuse(SCRIPT, `there is no experiment ${unknown}`);
  if (all && positionals.length > 0) return refuse(SCRIPT, '--all, or names: not both');
  if (!all && positionals.length === 0 && (real || seed !== 1))
    return refuse(SCRIPT, 'which experiments? names, or --all');
  return { names: all ? known : positionals, real, seed, json };
}

/** Goes over itself on a terminal; in a log one line every now and then is enough. */
let saidAt = 0;
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (performance.now() - saidAt > 15_000) {
    saidAt = performance.now();
    console.error(text);
  }
}
function clearLine(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

endWithNpm();
process.exitCode = await main();
