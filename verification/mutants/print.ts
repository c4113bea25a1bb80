/**
 * What becomes of the mutants: `npm run mutants`, of the local engines; `npm run mutants protocol`, of the protocol in lib/; `npm run mutants
 * faults`, of what was mended. Words choose those whose name has one of them, or whose engine or model is one. `--json` prints the report as
 * it is. The exit code says nothing of them; the tests beside this file do.
 */
import { endWithNpm } from '../../local/terminal/end-with-npm.ts';
import { engineMutants } from './engines/all.ts';
import { faultMutants } from './faults/all.ts';
import type { Mutant } from './mutant.ts';
import { protocolMutants, protocolOptions } from './protocol/all.ts';
import { protocolTable } from './protocol/table.ts';
import type { Report } from './report.ts';
import { runMutants } from './run.ts';
import { tableOf } from './table.ts';

interface Suite {
  mutants: readonly Mutant[];
  options: Parameters<typeof runMutants>[1];
  table(report: Report): string;
}

const engines: Suite = { mutants: engineMutants, options: {}, table: tableOf };
const named: ReadonlyMap<string, Suite> = new Map([
  [
    'protocol',
    { mutants: protocolMutants, options: protocolOptions, table: (report) => protocolTable(protocolMutants, report) },
  ],
  ['faults', { mutants: faultMutants, options: {}, table: tableOf }],
]);

endWithNpm();
const [first = '', ...rest] = process.argv.slice(2).filter((word) => word !== '--json');
const suite = named.get(first);
const words = suite || first === '' ? rest : [first, ...rest];
const { mutants, options, table } = suite ?? engines;
const chosen = mutants.filter(
  ({ name, engine }) => words.length === 0 || words.some((word) => name.includes(word) || engine === word),
);
const report = await runMutants(chosen, options);
if (process.argv.includes('--json')) console.log(JSON.stringify(report));
else console.log(table(report));
