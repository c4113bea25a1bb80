import type { Mutant } from '../mutant.ts';

const one = 'deploy/signals/alarm.ts';
const ofTypes = 'deploy/signals/type-alarms.ts';
const ofStages = 'deploy/signals/stage-alarms.ts';
const caughtBy = 'test/deploy/rules/alarms.test.ts';
const these = 'are these, on these metrics';

const broken: Omit<Mutant, 'engine' | 'caughtBy'>[] = [
  {
    name: 'nobody hears of a standstill',
    file: ofTypes,
    search: '    stalled(alarm, entry, settings),\n',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of failures',
    file: ofTypes,
    search: '    failures(alarm, entry, settings),\n',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of events that wait',
    file: ofTypes,
    search: '    slow(alarm, entry, settings),\n',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of events that SQS is about to delete',
    file: ofTypes,
    search: '    old(alarm, entry, settings),\n',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of consumers',
    file: ofTypes,
    search: '    alarmOfConsumer(alarm, one, settings),\n',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of letters that stay',
    file: ofStages,
    search: '  ...[false, true].map((ordered) => deadLetters(alarm, settings, ordered)),\n',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of an outage',
    file: ofStages,
    search: '  outage(alarm, settings),\n',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of a slow ingest',
    file: ofStages,
    search: '  ingestSlow(alarm, settings),\n',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of a replay that does not move',
    file: ofStages,
    search: '  replays(alarm, settings),\n',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of 5xx',
    file: ofStages,
    search: '  serverErrors(alarm),\n',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of failures that stay open',
    file: ofStages,
    search: '  openFailures(alarm, settings),\n',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of functions that have no type',
    file: 'deploy/signals/alarms.ts',
    search: ' : [alarmOfFunction(alarm, one, settings)]',
    replace: ' : []',
    title: these,
  },
  {
    name: 'throttles are no fault',
    file: 'deploy/signals/function-alarms.ts',
    search: "      throttles: lambda('Throttles', name, 'Sum'),\n",
    replace: '',
    title: these,
  },
  {
    name: 'the age that SQS forgets is the only one',
    file: ofTypes,
    search: "  waiting: own('WaitingSeconds', type, settings, 'Maximum'),\n",
    replace: '',
    title: these,
  },
  {
    name: 'events are told of when SQS has deleted them',
    file: ofTypes,
    search: 'const OLD_SECONDS = SOURCE_RETENTION_SECONDS - 2 * DAY;',
    replace: 'const OLD_SECONDS = SOURCE_RETENTION_SECONDS;',
    title: these,
  },
  {
    name: 'alarms tell nobody',
    file: one,
    search: '{ AlarmActions: [topic], OKActions: [topic] }',
    replace: '{ OKActions: [topic] }',
    title: 'tell the topic',
  },
  {
    name: 'an alarm does not say when it is over',
    file: one,
    search: '{ AlarmActions: [topic], OKActions: [topic] }',
    replace: '{ AlarmActions: [topic] }',
    title: 'of the end too',
  },
  {
    name: 'what is quiet is alarming',
    file: one,
    search: "TreatMissingData: 'notBreaching',",
    replace: "TreatMissingData: 'breaching',",
    title: 'quiet where nothing was told',
  },
  {
    name: 'alarms are on queues of another stage',
    file: 'deploy/signals/metrics.ts',
    search: 'dimensions: dimensionsOf({ QueueName: queue }),',
    replace: "dimensions: dimensionsOf({ QueueName: queue.replace('-dev-', '-prod-') }),",
    title: 'are about what there is',
  },
];

export const alarms: readonly Mutant[] = broken.map((each) => ({ ...each, engine: 'alarms', caughtBy }));
