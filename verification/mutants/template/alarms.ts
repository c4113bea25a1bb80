import type { Mutant } from '../mutant.ts';

const file = 'deploy/alarms.ts';
const own = 'deploy/own-alarms.ts';
const caughtBy = 'test/deploy/rules/alarms.test.ts';
const these = 'are these, on these metrics';

const broken: Omit<Mutant, 'engine' | 'caughtBy'>[] = [
  {
    name: 'nobody hears of a standstill',
    file,
    search: 'stalled(alarm, entry, settings),',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of failures',
    file: own,
    search: '  failures(alarm, entry, settings),\n',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of events that wait',
    file: own,
    search: '  ...late(alarm, entry, settings),\n',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of quiet tenants',
    file,
    search: '...unfair(alarm, entry, settings),',
    replace: '',
    title: these,
  },
  {
    name: 'nobody hears of letters that stay',
    file,
    search: '...[false, true].flatMap((ordered) => deadLetters(alarm, settings, ordered)),',
    replace: '',
    title: these,
  },
  { name: 'nobody hears of an outage', file, search: 'outage(alarm, settings),', replace: '', title: these },
  {
    name: 'nobody hears of a replay that does not move',
    file,
    search: 'replays(alarm, settings),',
    replace: '',
    title: these,
  },
  { name: 'nobody hears of 5xx', file, search: '    serverErrors(alarm),\n', replace: '', title: these },
  {
    name: 'nobody hears of functions that crash and have no type',
    file,
    search: '(entry ? [] : [errors(alarm, key, settings)])',
    replace: '(entry || key ? [] : [errors(alarm, key, settings)])',
    title: these,
  },
  {
    name: 'the age that SQS forgets is the only one',
    file: own,
    search: "      query('waiting', own('WaitingSeconds', type, settings, 'Maximum'), 5 * MINUTE),\n",
    replace: '',
    title: these,
  },
  {
    name: 'events are told of when SQS has deleted them',
    file: own,
    search: 'const OLD_SECONDS = SOURCE_RETENTION_SECONDS - 2 * DAY;',
    replace: 'const OLD_SECONDS = SOURCE_RETENTION_SECONDS;',
    title: these,
  },
  {
    name: 'alarms tell nobody',
    file: 'deploy/alarm.ts',
    search: 'AlarmActions: [settings.alarmTopic], ',
    replace: '',
    title: 'tell the topic',
  },
  {
    name: 'an alarm does not say when it is over',
    file: 'deploy/alarm.ts',
    search: ', OKActions: [settings.alarmTopic] }',
    replace: ' }',
    title: 'of the end too',
  },
  {
    name: 'what is quiet is alarming',
    file: 'deploy/alarm.ts',
    search: "TreatMissingData: 'notBreaching',",
    replace: "TreatMissingData: 'breaching',",
    title: 'quiet where nothing was told',
  },
  {
    name: 'alarms are on queues of another stage',
    file: 'deploy/metrics.ts',
    search: "dimensions: [{ Name: 'QueueName', Value: queue }],",
    replace: "dimensions: [{ Name: 'QueueName', Value: queue.replace('-dev-', '-prod-') }],",
    title: 'are about what there is',
  },
];

export const alarms: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'alarms', caughtBy }));
