/**
 * `npm run chaos [experiment…] [-- --seed N] [--real] [--again] [--json]`: breaks Sluice on purpose, and the naive way beside it.
 * Exits 0 when every promise held and every control failed; 1 when not; 2 for a wrong command line.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { messageOf } from '../../lib/core/errors.ts';
import { inParallel } from '../../lib/core/in-parallel.ts';
import { endWithNpm } from '../../local/terminal/end-with-npm.ts';
import { CONTROLS, carryOut, type Share } from './carry-out.ts';
import type { Experiment } from './experiment.ts';
import { experiments, mostlyWaiting } from './experiments.ts';
import { folderOf, hashSources, type Result, readResults, writeResult } from './results.ts';
import { tableOf } from './table.ts';

const usage = `usage: npm run chaos [experiment…] [-- --seed N] [--real] [--again] [--json]
  --seed N   another sequence of faults than seed 1
  --real     servers that are named, or found on this machine, before the embedded engines
  --again    also those that have ended already on this code
  --json     the results as JSON
experiments:
${experiments.map(({ name, shows }) => `  ${name.padEnd(14)} ${shows}`).join('\n')}`;

const wholeMachine: Share = { controlsAtOnce: CONTROLS, behind: false };

async function main(): Promise<number> {
  const given = read();
  if (typeof given === 'string') {
    console.error(given);
    return 2;
  }
  const { chosen, seed, real, again, json } = given;
  const folder = folderOf(real);
  const before = await readResults(folder);
  const results = new Map<string, Result>();
  const unlessEnded = async (experiment: Experiment, share: Share) => {
    const old = before.get(experiment.name);
    if (
      !again &&
      old?.verdict === 'holds' &&
      old.seed === seed &&
      old.sources === (await hashSources(experiment.name))
    ) {
      console.error(`${experiment.name}: ended before on this code, ${old.endedAt}`);
      results.set(experiment.name, old);
      return;
    }
    const result = await carryOut(experiment, seed, { size: 'full', real, progress }, share);
    await writeResult(folder, result);
    results.set(experiment.name, result);
    clearLine();
    console.error(`${experiment.name}: ${result.verdict}`);
  };
  const begun = performance.now();
  // Whatever measures times has the machine to itself; the others share it.
  const { alone = [], sharing = [] } = Object.groupBy(chosen, (one) =>
    one.layer === 'whole path' && !mostlyWaiting.includes(one) ? 'alone' : 'sharing',
  );
  await inParallel(sharing, availableParallelism(), (one) =>
    unlessEnded(one, mostlyWaiting.includes(one) ? wholeMachine : { controlsAtOnce: 1, behind: true }),
  );
  await inParallel(alone, 1, (one) => unlessEnded(one, wholeMachine));
  const inOrder = chosen.flatMap(({ name }) => results.get(name) ?? []);
  console.log(json ? JSON.stringify(inOrder, null, 2) : tableOf(inOrder));
  console.error(`${Math.ceil((performance.now() - begun) / 60_000)} minutes`);
  return inOrder.every(({ verdict }) => verdict === 'holds') ? 0 : 1;
}

function read() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seed: { type: 'string', default: '1' },
        real: { type: 'boolean', default: false },
        again: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const seed = Number(values.seed);
    if (!Number.isSafeInteger(seed) || seed < 0) return `--seed must be a whole number\n${usage}`;
    const unknown = positionals.find((name) => experiments.every((one) => one.name !== name));
    if (unknown !== undefined) return `there is no experiment ${unknown}\n${usage}`;
    const chosen = experiments.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
    return { ...values, chosen, seed };
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

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    clearLine();
    console.error('interrupted; what has ended is kept, and the same command goes on after it');
    process.exit(130);
  });
endWithNpm();
process.exitCode = await main();
