import type { Control, Outcome, Report } from './report.ts';

const fates = { caught: 'caught  ', survived: 'SURVIVED', broken: 'BROKEN  ' };

/** A report for eyes. */
export function tableOf(report: Report): string {
  const { mutants } = report;
  const engines = [...new Set(mutants.map(({ engine }) => engine))];
  return [
    ...engines.flatMap((engine) => ['', engine, ...mutants.filter((one) => one.engine === engine).map(lineOf)]),
    '',
    ...endOf(report),
  ].join('\n');
}

/** What a table ends with: controls that failed, and the sums. */
export function endOf({ mutants, controls, ms }: Report): string[] {
  const failed = controls.filter(({ passed }) => !passed);
  const caught = mutants.filter(({ fate }) => fate === 'caught').length;
  return [
    ...failed.map(controlLine),
    ...(failed.length > 0 ? ['The table is worth nothing: the same tests fail without a fault.'] : []),
    `${caught} of ${mutants.length} caught, ${controls.length - failed.length} of ${controls.length} controls passed, ${(ms / 1000).toFixed(1)} s`,
  ];
}

const lineOf = ({ name, fate, test, message, ms, caughtBy }: Outcome): string => {
  const seconds = `${(ms / 1000).toFixed(1)} s`;
  const how = fate === 'survived' ? caughtBy : `${fate === 'caught' ? test : caughtBy}: ${message}`;
  return `  ${fates[fate]} ${seconds.padStart(6)}  ${name}\n                     ${how}`;
};

const controlLine = ({ file, message }: Control): string => `control FAILED ${file}: ${message}`;
