/**
 * What becomes of the mutants: `npm run mutants`, of the local engines; `npm run mutants protocol`, of the protocol in lib/; `npm run
 * mutants faults`, of what was mended after it was found from outside. Words choose those whose name has one of them, or whose engine,
 * model or subject is one. `--json` prints the report as it is. The exit code says nothing of them; the tests beside this file do.
 */
import { endWithNpm } from '../../local/terminal/end-with-npm.ts';
import { engineMutants } from './engines/all.ts';
import { faultMutants } from './faults/all.ts';
import { protocolMutants, protocolOptions } from './protocol/all.ts';
import { protocolTable } from './protocol/table.ts';
import { runMutants } from './run.ts';
import { tableOf } from './table.ts';

endWithNpm();
const given = process.argv.slice(2).filter((word) => word !== '--json');
const [first = ''] = given;
const ofProtocol = first === 'protocol';
const apart = { protocol: protocolMutants, faults: faultMutants };
const isApart = (word: string): word is keyof typeof apart => Object.hasOwn(apart, word);
const words = isApart(first) ? given.slice(1) : given;
const chosen = (isApart(first) ? apart[first] : engineMutants).filter(
  ({ name, engine }) => words.length === 0 || words.some((word) => name.includes(word) || engine === word),
);
const report = await runMutants(chosen, isApart(first) ? protocolOptions : {});
if (process.argv.includes('--json')) console.log(JSON.stringify(report));
else console.log(ofProtocol ? protocolTable(protocolMutants, report) : tableOf(report));
