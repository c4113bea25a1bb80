import { markdownTable } from '../../../deploy/markdown-table.ts';
import { brokenIn, type Ended, type Experiment } from '../experiment.ts';
import { experiments } from '../experiments.ts';
import { choices, commitOf, dateOf, enginesOf, type Result, type Standing } from '../results.ts';

/** Everything of docs/results/chaos.md that results say: all of them in one table, and the figures of each. */
export function figures(standing: Standing): string[] {
  const resultsOf = (name: string) => choices.flatMap((choice) => standing[choice].get(name) ?? []);
  return [
    ...markdownTable([
      ['experiment', 'ran on', 'commit', 'date', 'verdict', 'Sluice: what broke', 'control: what broke, per seed'],
      ...experiments.flatMap(({ name }) => resultsOf(name).map(row)),
    ]),
    '',
    ...notSeen(experiments.flatMap(({ name }) => resultsOf(name))),
    ...experiments.flatMap((experiment) => ['', ...section(experiment, resultsOf(experiment.name))]),
  ];
}

const row = (result: Result): string[] => [
  `[${result.name}](#${result.name})`,
  enginesOf(result),
  `\`${commitOf(result)}\``,
  dateOf(result),
  result.verdict,
  result.sluice.map(brokenText).join('; '),
  result.controls.map((one) => `${one.seed}: ${brokenText(one)}`).join('; '),
];

const brokenText = (one: Ended): string => brokenIn(one).join(', ') || 'nothing';

/** What it is, and what was measured: a line for each figure, a column for each set of engines. */
function section({ name, shows, promises, layer, control }: Experiment, results: readonly Result[]): string[] {
  const about = [
    `## ${name}`,
    '',
    `${shows}. Promises: ${promises.join(', ')}; layer: ${layer}. Control: ${control.is}.`,
    '',
  ];
  if (results.length === 0) return [...about, `It has not run yet: \`npm run chaos -- ${name}\`.`];
  const columns = results.flatMap((result) => result.sluice.map((one) => ({ result, one })));
  const names = new Set(columns.flatMap(({ one }) => Object.keys(one.figures)));
  const line = (figure: string, of: (column: (typeof columns)[number]) => string) => [figure, ...columns.map(of)];
  return [
    ...about,
    ...markdownTable([
      line('figure', ({ result }) => enginesOf(result)),
      line('commit, date', ({ result }) => `\`${commitOf(result)}\`, ${dateOf(result)}`),
      line('machine', ({ result: { machine } }) => `Node ${machine.node}, ${machine.cores} cores, ${machine.platform}`),
      line('seed; seconds', ({ one: { seed, seconds } }) => `${seed}; ${Math.round(seconds)}`),
      ...[...names].map((figure) => line(figure, ({ one }) => String(one.figures[figure] ?? ''))),
    ]),
  ];
}

/** Whatever has only run on the embedded MongoDB is said to have run there alone. */
function notSeen(results: readonly Result[]): string[] {
  const mongoOf = ({ sluice }: Result) => sluice[0]?.engines.mongodb;
  const touching = [...new Set(results.filter(mongoOf).map(({ name }) => name))];
  const seen = new Set(
    results.filter((one) => ![undefined, 'embedded'].includes(mongoOf(one))).map(({ name }) => name),
  );
  const names = touching.filter((name) => !seen.has(name));
  if (names.length === 0) return ['Every experiment that touches MongoDB has run on a mongod.'];
  return [
    `Only on the embedded MongoDB ran ${names.join(', ')}. On a real one (a replica set, 8.0 or newer) they run with:`,
    '',
    '```',
    'MONGODB_URI="mongodb://…" npm run chaos -- --all --real',
    '```',
  ];
}
