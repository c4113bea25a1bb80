import { markdownTable } from '../../../deploy/markdown-table.ts';
import { experiments } from '../experiments.ts';
import { choices, commitOf, dateOf, type Result, type Standing } from '../results.ts';

/** What docs/guarantees.md says of the results: whether each experiment holds, of which commit and when; and where its figures are. */
export function verdicts(standing: Standing): string[] {
  return [
    ...markdownTable([
      ['experiment', 'promises', 'on the embedded engines', 'on servers (`--real`)'],
      ...experiments.map(({ name, promises }) => [
        `[${name}]`,
        promises.join(' '),
        ...choices.map((choice) => verdictOf(standing[choice].get(name))),
      ]),
    ]),
    '',
    `Servers were: MongoDB ${enginesOf(standing.real, 'mongodb')}; Redis ${enginesOf(standing.real, 'redis')}.`,
    '',
    ...experiments.map(({ name }) => `[${name}]: results/chaos.md#${name}`),
  ];
}

/** What answered in place of one engine, in whichever result. */
function enginesOf(results: Standing['real'], engine: 'mongodb' | 'redis'): string {
  const names = [...results.values()].flatMap(({ sluice }) => sluice[0]?.engines[engine] ?? []);
  return [...new Set(names.map((name) => name.replace(/^redis /, '')))].join(', ') || 'none';
}

const verdictOf = (result: Result | undefined): string =>
  result ? `${result.verdict}: ${commitOf(result)}, ${dateOf(result)}` : 'has not run yet';
