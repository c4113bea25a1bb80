/**
 * What becomes of the mutants: `npm run mutants`, of the local engines; `npm run mutants protocol`, of the protocol in lib/;
 * `npm run mutants faults`, of what was mended. Words choose those
 * whose name has one of them, or whose engine or model is one. `--json` prints the report as it is. The exit code says nothing of them; the tests
 * beside this file do.
 */
import { endWithNpm } from '../../local/terminal/end-with-npm.ts';
import { engineMutants } from './engines/all.ts';
import { faultMutants, faultOptions } from './faults/all.ts';
import type { Mutant } from './mutant.ts';
import { protocolMutants, protocolOptions } from './protocol/all.ts';
import { protocolTable } from './protocol/table.ts';
import { runMutants } from './run.ts';
import { tableOf } from './table.ts';

endWithNpm();
const given = process.argv.slice(2).filter((word) => word !== '--json');
const tables: Readonly<Record<string, { mutants: readonly Mutant[]; options: Parameters<typeof runMutants>[1] }>> = {
  protocol: { mutants: protocolMutants, options: protocolOptions },
  faults: { mutants: faultMutants, options: faultOptions },
};
const named = tables[given[0] ?? ''];
const { mutants, options } = named ?? { mutants: engineMutants, options: {} };
const words = named ? given.slice(1) : given;
const chosen = mutants.filter(
  ({ name, engine }) => words.length === 0 || words.some((word) => name.includes(word) || engine === word),
);
const report = await runMutants(chosen, options);
if (process.argv.includes('--json')) console.log(JSON.stringify(report));
else console.log(given[0] === 'protocol' ? protocolTable(protocolMutants, report) : tableOf(report));
