/**
 * `npm run chaos`: what the experiments showed last, of which commit and when. With names or `--all` it runs them: breaks Sluice on purpose,
 * and the naive way beside it. Exits 0 when every promise held and every control failed; 1 when not; 2 for a wrong command line.
 */
import { parseArgs } from 'node:util';
import { messageOf } from '../../lib/core/errors.ts';
import { endWithNpm } from '../../local/terminal/end-with-npm.ts';
import { carryOut } from './carry-out.ts';
import { experiments } from './experiments.ts';
import { choices, type Result, readStanding, writeResult } from './results.ts';
import { type Row, tableOf } from './table.ts';

const usage = `usage: npm run chaos                                      what stands: each result with its commit and date
       npm run chaos -- kills outage [--real] [--seed N]  runs these anew
       npm run chaos -- --all [--real] [--seed N]         runs all anew: up to 25 minutes on two quiet cores
  --real     on servers that are named, or found on this machine, before the embedded engines
  --seed N   another sequence of faults than seed 1
  --json     the results as JSON
experiments:
${experiments.map(({ name, shows }) => `  ${name.padEnd(10)} ${shows}`).join('\n')}`;

interface Order {
  names: readonly string[];
  real: boolean;
  seed: number;
  json: boolean;
}

async function main(): Promise<number> {
  const order = read();
  if (typeof order === 'string') {
    console.error(order);
    return 2;
  }
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
  console.log(json ? JSON.stringify(rows, null, 2) : `${tableOf(rows)}\n\n${usage}`);
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

/** @returns what is to be done, or what is wrong with the command line */
function read(): Order | string {
  try {
    const { values, positionals } = parseArgs({
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
    if (!Number.isSafeInteger(seed) || seed < 0) return `--seed must be a whole number\n${usage}`;
    const known = experiments.map(({ name }) => name);
    const unknown = positionals.find((name) => !known.includes(name));
    if (unknown !== undefined) return `there is no experiment ${unknown}\n${usage}`;
    if (all && positionals.length > 0) return `--all, or names: not both\n${usage}`;
    if (!all && positionals.length === 0 && (real || seed !== 1)) return `which experiments? names, or --all\n${usage}`;
    return { names: all ? known : positionals, real, seed, json };
  } catch (error) {
    return `${messageOf(error)}\n${usage}`;
  }
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
