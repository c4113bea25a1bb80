import type { Mutant } from '../mutant.ts';

const ways = 'test/lib/metrics.test.ts';
const written = 'test/lib/wiring/metrics.test.ts';
const alarms = 'test/deploy/signals/alarms.test.ts';
const bothWays = 'test/deploy/signals/both-ways.test.ts';
const fire = 'test/verification/alarms/fire.test.ts';
const countTaken = 'lib/ingest/count-taken.ts';
const tellSettled = 'lib/consume/tell-settled.ts';
const fates = 'lib/consume/fates.ts';
const emf = 'lib/adapters/emf/metrics.ts';
const wiring = 'lib/wiring/metrics.ts';

/** Metrics that are not told, told of somebody, or end an invocation; alarms that ask for what nobody tells. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'failures are not counted',
    file: 'lib/failures/dead-letter.ts',
    search: "metrics.add('FailuresRecorded', message.type, 1);",
    replace: '',
    caughtBy: ways,
    title: 'FailuresRecorded is told',
  },
  {
    name: 'what comes back says nothing of how long it has waited',
    file: fates,
    search: 'for (const record of records)\n      metrics.add',
    replace: 'for (const record of records)\n      if (fates.get(record)?.kind === "done") metrics.add',
    caughtBy: ways,
    title: 'WaitingSeconds is told',
  },
  {
    name: 'an outage is not counted',
    file: fates,
    search: 'if (returned > 0) metrics.add',
    replace: 'if (returned < 0) metrics.add',
    caughtBy: ways,
    title: 'ReturnedForInfrastructure is told',
  },
  {
    name: 'what is settled again counts twice',
    file: tellSettled,
    search: "if (again || outcome === 'failed') {",
    replace: "if (outcome === 'failed') {",
    caughtBy: ways,
    title: 'SettledAgain is told',
  },
  {
    name: 'a replay takes the time since its event came in',
    file: tellSettled,
    search: 'if (replay === 0) metrics',
    replace: 'metrics',
    caughtBy: ways,
    title: 'of a replay is no time',
  },
  {
    name: 'a handler that throws took no time',
    file: 'lib/consume/run.ts',
    search: '  try {\n    return await work();\n  } finally {\n    metrics',
    replace: '  const done = await work();\n  try {\n    return done;\n  } finally {\n    metrics',
    caughtBy: ways,
    title: 'HandlerTime is told',
  },
  {
    name: 'a tenant is a dimension',
    file: 'lib/ingest/ingest.ts',
    search: 'countTaken(checked, taken, Math',
    replace: "ports.metrics.add('Accepted', tenant, 0);\n  countTaken(checked, taken, Math",
    caughtBy: ways,
    title: 'of nothing that a caller chose',
  },
  {
    name: 'a copy in a request is accepted again',
    file: countTaken,
    search: "end.duplicate ? 'Duplicates' : 'Accepted'",
    replace: "'Accepted'",
    caughtBy: ways,
    title: 'Duplicates is told',
  },
  {
    name: 'a request that is refused as a whole is not counted',
    file: 'lib/http/post-events.ts',
    search: 'if (error instanceof HttpProblem) countRefused(error, metrics);',
    replace: '',
    caughtBy: ways,
    title: 'Refused is told',
  },
  {
    name: 'what is told is not written',
    file: wiring,
    search: 'metrics.flush();',
    replace: '',
    caughtBy: written,
    title: 'is written at the end of the invocation',
  },
  {
    name: 'what an invocation told that throws is not written',
    file: wiring,
    search: '        return await work();\n      } finally {',
    replace:
      '        return await work();\n      } catch (error) {\n        emf = undefined;\n        throw error;\n      } finally {',
    caughtBy: written,
    title: 'is written when the invocation throws',
  },
  {
    name: 'a fault in telling ends the invocation',
    file: wiring,
    search: "log.warn('metrics are lost', { error });",
    replace: 'throw error;',
    caughtBy: written,
    title: 'never throws',
  },
  {
    name: 'a line has a dimension more',
    file: emf,
    search: 'emf.addDimensions({ [by]: of });',
    replace: "emf.addDimensions({ [by]: of, tenant: 'acme' });",
    caughtBy: written,
    title: 'whose dimensions are service, stage and that',
  },
  {
    name: 'labels are kept without a bound, and what was told of those that go is lost',
    file: emf,
    search: '      flush();\n      lines.clear();',
    replace: '      lines.clear();',
    caughtBy: written,
    title: 'is bounded',
  },
  {
    name: 'an alarm asks for a dimension that nobody tells',
    file: 'deploy/signals/metrics.ts',
    search: '[METRICS[name].by]: of',
    replace: 'event: of',
    caughtBy: bothWays,
    title: 'have the dimensions with which they are told',
  },
  {
    name: 'an event file says for nothing how long its events may wait',
    file: 'deploy/signals/type-alarms.ts',
    search: 'Threshold: alarms.slowAfter,',
    replace: 'Threshold: 900,',
    caughtBy: alarms,
    title: 'tell of events that wait',
  },
  {
    name: 'what is told of a type is told of all types in no line',
    file: emf,
    search: '        emf.addDimensions({});\n',
    replace: '',
    caughtBy: written,
    title: 'is of all types together as well',
  },
  {
    name: 'a line that was written early has lost its type',
    file: emf,
    search: 'if (!emf.hasStoredMetrics()) {',
    replace: 'if (!seen.has(line)) {\n        seen.add(line);',
    also: [
      {
        file: emf,
        search: 'const MOST_LABELS = 500;',
        replace: 'const MOST_LABELS = 500;\nconst seen = new WeakSet();',
      },
    ],
    caughtBy: written,
    title: 'is bounded',
  },
  {
    name: 'the time of ingest is counted twice',
    file: 'lib/ingest/count-taken.ts',
    search: "metrics.add('IngestTime', type, ms);",
    replace: "metrics.add('IngestTime', type, 2 * ms);",
    caughtBy: ways,
    title: 'IngestTime is told',
  },
  {
    name: 'no data is a reason for an alarm',
    file: 'deploy/signals/alarm.ts',
    search: "TreatMissingData: 'notBreaching'",
    replace: "TreatMissingData: 'breaching'",
    caughtBy: fire,
    title: 'are silent in an hour in which all is well',
  },
  {
    name: 'an outage is told of when three quarters of an hour are over',
    file: 'deploy/signals/stage-alarms.ts',
    search: "own('ReturnedForInfrastructure', consume.name, settings, 'Sum'), 5 * MINUTE",
    replace: "own('ReturnedForInfrastructure', consume.name, settings, 'Sum'), 30 * MINUTE",
    caughtBy: fire,
    title: 'within fifteen minutes of an outage',
  },
  {
    name: 'the alarms of a type tell beside the one that tells in their place',
    file: 'deploy/signals/type-alarms.ts',
    search: 'byType ? alarmFor(settings, {})',
    replace: 'byType ? alarmFor(settings)',
    caughtBy: alarms,
    title: 'are one message where the stage says so',
  },
  {
    name: 'open failures are those that nobody has looked at yet alone',
    file: 'lib/adapters/mongo/open-failures.ts',
    search: '{ $in: [...OPEN_STATES] }',
    replace: "'open'",
    caughtBy: 'test/lib/adapters/mongo/queries.contract.test.ts',
    title: 'are counted by type',
  },
  {
    name: 'the terminal shows metrics',
    file: 'local/terminal/entry.ts',
    search: "level: 'DEBUG',",
    replace: "level: 'INFO',",
    caughtBy: 'test/local/terminal/lines.test.ts',
    title: 'is what of metrics is no word to CloudWatch',
  },
];
export const signals: readonly Mutant[] = broken.map((mutant) => ({ ...mutant, engine: 'signals' }));
