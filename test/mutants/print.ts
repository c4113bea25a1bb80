/**
 * What becomes of the mutants: `npm run mutants`, with words of the names or engines of those to run. `--json` prints the report as it is.
 * The exit code says nothing of them; the tests beside this file do.
 */
import { engineMutants } from './engines/all.ts';
import { runMutants } from './run.ts';
import { tableOf } from './table.ts';

const words = process.argv.slice(2).filter((word) => word !== '--json');
const chosen = engineMutants.filter(
  ({ name, engine }) => words.length === 0 || words.some((word) => name.includes(word) || engine === word),
);
const report = await runMutants(chosen);
console.log(process.argv.includes('--json') ? JSON.stringify(report) : tableOf(report));
