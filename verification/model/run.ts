/** `npm run model`: searches all interleavings of the protocol's models. Exits 0 when every row is as expected, 1 when one is not. */
import { readOptions, refuse } from '../../deploy/command-line.ts';
import { rows, shortRows } from './rows/all.ts';
import { isExpected, type Row } from './rows/row.ts';
import { searchRows } from './search-rows.ts';
import { type Looked, lineOf, tableOf } from './table.ts';

const SCRIPT = 'npm run model';

interface Given {
  chosen: readonly Row[];
  traces: boolean;
  json: boolean;
}

function read(): Given {
  const { values } = readOptions(SCRIPT, {
    options: {
      short: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      traces: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const { short, only, traces, json } = values;
  const chosen = (short ? shortRows : rows).filter(({ kind, rule = '', what }) =>
    `${kind} ${rule} ${what}`.includes(only),
  );
  return chosen.length > 0 ? { chosen, traces, json } : refuse(SCRIPT, `no row has the word ${only}`);
}

async function main(): Promise<number> {
  const { chosen, traces, json } = read();
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
