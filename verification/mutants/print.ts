/**
 * What becomes of the mutants: `npm run mutants`, of the local engines; `npm run mutants protocol`, of the protocol in lib/;
 * `npm run mutants template`, of what is deployed; `npm run mutants faults`, of what was found wrong from outside. Words choose those whose name has one of them, or whose engine, model or
 * subject is one. `--json` prints the report as it is. The exit code says nothing of them; the tests beside this file do.
 */
import { readOptions } from '../../deploy/command-line.ts';
import { endWithNpm } from '../../local/terminal/end-with-npm.ts';
import { engineMutants } from './engines/all.ts';
import { faultMutants, faultsOptions } from './faults/all.ts';
import type { Mutant } from './mutant.ts';
import { protocolMutants, protocolOptions } from './protocol/all.ts';
import { protocolTable } from './protocol/table.ts';
import type { Report } from './report.ts';
import { runMutants } from './run.ts';
import { tableOf } from './table.ts';
import { templateMutants } from './template/all.ts';

interface Table {
  mutants: readonly Mutant[];
  options: Parameters<typeof runMutants>[1];
  print: (report: Report) => string;
}
const engines: Table = { mutants: engineMutants, options: {}, print: tableOf };
const others: ReadonlyMap<string | undefined, Table> = new Map([
  [
    'protocol',
    {
      mutants: protocolMutants,
      options: protocolOptions,
      print: (report: Report) => protocolTable(protocolMutants, report),
    },
  ],
  ['template', { mutants: templateMutants, options: {}, print: tableOf }],
  ['faults', { mutants: faultMutants, options: faultsOptions, print: tableOf }],
]);

const { values, positionals: given } = readOptions('npm run mutants', {
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
endWithNpm();
const other = others.get(given[0]);
const words = other ? given.slice(1) : given;
const { mutants, options, print } = other ?? engines;
const chosen = mutants.filter(
  ({ name, engine }) => words.length === 0 || words.some((word) => name.includes(word) || engine === word),
);
const report = await runMutants(chosen, options);
console.log(values.json ? JSON.stringify(report) : print(report));
