/**
 * `npm run model [-- --short] [--only <word>] [--traces] [--json]`: searches all interleavings of the protocol's
 * models.
 * Exits 0 when every row is as expected, 1 when one is not, 2 for a wrong command line.
 */
import { parseArgs } from 'node:util';
import { messageOf } from '../../lib/core/errors.ts';
import { rows, shortRows } from './rows/all.ts';
import { isExpected, type Row } from './rows/row.ts';
import { searchRows } from './search-rows.ts';
import { type Looked, lineOf, tableOf } from './table.ts';

const usage = `usage: npm run model [-- --short] [--only <word>] [--traces] [--json]
  --short        smaller scenarios, every rule and every mutant: seconds instead of minutes
  --only <word>  rows whose kind, rule or name has this word
  --traces       prints every counterexample; those that nobody expected are printed in any case
  --json         the results as JSON
  --help         this`;

interface Given {
  chosen: readonly Row[];
  traces: boolean;
  json: boolean;
}

function read(): Given | string {
  try {
    const { values } = parseArgs({
      options: {
        short: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        traces: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { short, only, traces, json, help } = values;
    if (help) return '';
    const chosen = (short ? shortRows : rows).filter(({ kind, rule = '', what }) =>
      `${kind} ${rule} ${what}`.includes(only),
    );
    return chosen.length > 0 ? { chosen, traces, json } : `no row has the word ${only}`;
  } catch (error) {
    return messageOf(error);
  }
}

async function main(): Promise<number> {
  const given = read();
  if (typeof given === 'string') {
    if (given === '') console.log(usage);
    else console.error(`${given}\n${usage}`);
    return given === '' ? 0 : 2;
  }
  const { chosen, traces, json } = given;
  const begun = performance.now();
  const results = await searchRows(chosen, (row, result) => {
    if (process.stderr.isTTY) console.error(lineOf({ row, result }));
  });
  const looked: Looked[] = chosen.flatMap((row, index) => {
    const result = results[index];
    return result ? [{ row, result }] : [];
  });
  if (json) {
    const told = looked.map(({ row, result }) => ({ ...row, ...result, expected: isExpected(row, result) }));
    console.log(JSON.stringify(told, null, 2));
  } else {
    console.log(tableOf(looked, traces));
    console.log(`${Math.ceil((performance.now() - begun) / 1000)} seconds`);
  }
  return looked.every(({ row, result }) => isExpected(row, result)) ? 0 : 1;
}

process.exitCode = await main();
