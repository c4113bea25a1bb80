/**
 * What becomes of the mutants: `npm run mutants`, of the local engines; `npm run mutants protocol`, of the protocol in lib/. Words choose those
 * whose name has one of them, or whose engine or model is one. `--json` prints the report as it is. The exit code says nothing of them; the tests
 * beside this file do.
 */
import { readOptions } from '../../deploy/command-line.ts';
import { endWithNpm } from '../../local/terminal/end-with-npm.ts';
import { engineMutants } from './engines/all.ts';
import { protocolMutants, protocolOptions } from './protocol/all.ts';
import { protocolTable } from './protocol/table.ts';
import { runMutants } from './run.ts';
import { tableOf } from './table.ts';

const { values, positionals: given } = readOptions('npm run mutants', {
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
endWithNpm();
const ofProtocol = given[0] === 'protocol';
const words = ofProtocol ? given.slice(1) : given;
const chosen = (ofProtocol ? protocolMutants : engineMutants).filter(
  ({ name, engine }) => words.length === 0 || words.some((word) => name.includes(word) || engine === word),
);
const report = await runMutants(chosen, ofProtocol ? protocolOptions : {});
if (values.json) console.log(JSON.stringify(report));
else console.log(ofProtocol ? protocolTable(protocolMutants, report) : tableOf(report));
