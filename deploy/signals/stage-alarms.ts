import { NO_TYPE } from '../../lib/core/metrics.ts';
import { consume } from '../../lib/wiring/functions/consume.ts';
import { deadLetterQueueId, deadLetterQueueName, REPLAYS_QUEUE_ID, replaysQueueName } from '../names.ts';
import type { Resource } from '../queues.ts';
import type { Settings } from '../settings.ts';
import { type Alarm, HOUR, MINUTE } from './alarm.ts';
import { api, elastiCache, joined, metric, own, ownOfAll, sqs, standsStill, waitingIn } from './metrics.ts';

/** Alarms of a stage on what all its types share. */
export const alarmsOfStage = (alarm: Alarm, settings: Settings): [string, Resource][] => [
  outage(alarm, settings),
  ingestSlow(alarm, settings),
  serverErrors(alarm),
  ...[false, true].map((ordered) => deadLetters(alarm, settings, ordered)),
  replays(alarm, settings),
  openFailures(alarm, settings),
  unreadable(alarm, settings),
  ...evictions(alarm, settings),
];

/** Of all types together: what is down is the stage's. An election in a replica set is over within five minutes. */
const outage = (alarm: Alarm, settings: Settings): [string, Resource] =>
  alarm(
    'OutageAlarm',
    {
      says: 'Events come back because MongoDB, Redis or SQS does not answer their consumers.',
      paragraph: 'outage',
    },
    {
      ...metric(own('ReturnedForInfrastructure', consume.name, settings, 'Sum'), 5 * MINUTE),
      Threshold: 0,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
    },
  );

/** A client that does not wait for the outcome has its answer as soon as SQS has its events. */
const SLOW_INGEST_MS = 3000;

/**
 * What a client waits for by `Prefer: wait` is no part of it. Where few requests come, the slowest of them is what counts: it must be so
 * in each of three periods.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html
 */
const ingestSlow = (alarm: Alarm, settings: Settings): [string, Resource] =>
  alarm(
    'IngestSlowAlarm',
    { says: `One request of a hundred takes ingest over ${SLOW_INGEST_MS} ms.`, paragraph: 'ingest' },
    {
      ...metric(ownOfAll('IngestTime', settings, 'p99'), 5 * MINUTE),
      Threshold: SLOW_INGEST_MS,
      EvaluationPeriods: 3,
    },
  );

/** Clients are told to come back (503) for a while; for how long is what somebody must hear. */
const serverErrors = (alarm: Alarm): [string, Resource] =>
  alarm(
    'ApiErrorsAlarm',
    { says: 'Clients have been answered 5xx for a quarter of an hour.', paragraph: 'api' },
    { ...metric(api('5xx', { Ref: 'HttpApi' }, 'Sum'), 5 * MINUTE), Threshold: 0, EvaluationPeriods: 3 },
  );

/**
 * The dead-letter function empties these queues at once. A letter that it gives back again and again is hardly ever visible, and has no age for
 * SQS after the third time: what tells is that some are there and none goes.
 */
function deadLetters(alarm: Alarm, settings: Settings, ordered: boolean): [string, Resource] {
  const queue = deadLetterQueueName(settings, ordered);
  const says = `Dead letters stay in ${queue} and none goes (1), or one is there for over an hour (2): they are not recorded.`;
  return alarm(
    `${deadLetterQueueId(ordered)}Alarm`,
    { says, paragraph: 'dead-letters' },
    {
      ...joined(
        queue,
        `${standsStill('deleted')} + IF(age > ${HOUR}, 2, 0)`,
        {
          deleted: sqs('NumberOfMessagesDeleted', queue, 'Sum'),
          ...waitingIn(queue),
          age: sqs('ApproximateAgeOfOldestMessage', queue, 'Maximum'),
        },
        5 * MINUTE,
      ),
      Threshold: 0,
      EvaluationPeriods: 3,
    },
  );
}

/** The message of a replay comes back until it has ended, so that SQS knows no age of it; that it moves is seen from what it replays. */
function replays(alarm: Alarm, settings: Settings): [string, Resource] {
  const queue = replaysQueueName(settings);
  const says =
    'A replay of many failures waits, and for about an hour none was replayed; SQS deletes it after fourteen days.';
  return alarm(
    `${REPLAYS_QUEUE_ID}Alarm`,
    { says, paragraph: 'replays' },
    {
      ...joined(
        queue,
        standsStill('replayed'),
        { replayed: ownOfAll('FailuresReplayed', settings, 'Sum'), ...waitingIn(queue) },
        15 * MINUTE,
      ),
      Threshold: 0,
      EvaluationPeriods: 4,
    },
  );
}

/** Failures wait for a person, who may not have heard or may have forgotten; they are counted every five minutes. */
const openFailures = (alarm: Alarm, settings: Settings): [string, Resource] =>
  alarm(
    'OpenFailuresAlarm',
    {
      says: `For a day more than ${settings.alarms.openFailures} failures of a type have waited for a person.`,
      paragraph: 'open-failures',
    },
    {
      ...metric(ownOfAll('FailuresOpen', settings, 'Maximum'), HOUR),
      Threshold: settings.alarms.openFailures,
      EvaluationPeriods: 24,
    },
  );

/** What nobody can read is of no type whose alarm would tell of it, and is always a fault: of ours, or of whoever sent it. */
const unreadable = (alarm: Alarm, settings: Settings): [string, Resource] =>
  alarm(
    'UnreadableFailuresAlarm',
    {
      says: 'A message that nobody can read became a failure: see GET /failures?cause=undecodable.',
      paragraph: 'failures',
    },
    {
      ...metric(own('FailuresRecorded', NO_TYPE, settings, 'Sum'), 5 * MINUTE),
      Threshold: 0,
      EvaluationPeriods: 1,
    },
  );

/** What Redis evicts is no promise kept; only a stage can say what its nodes are called. */
function evictions(alarm: Alarm, { servers }: Settings): [string, Resource][] {
  const nodes = servers?.redis?.cacheClusterIds ?? [];
  if (nodes.length === 0) return [];
  const metrics = Object.fromEntries(
    nodes.map((node, index) => [`node${index}`, elastiCache('Evictions', node, 'Sum')]),
  );
  return [
    alarm(
      'RedisEvictionsAlarm',
      { says: 'Redis has evicted keys: its memory is full.', paragraph: 'evictions' },
      {
        ...joined('Evictions', `SUM([${Object.keys(metrics).join(', ')}])`, metrics, 5 * MINUTE),
        Threshold: 0,
        EvaluationPeriods: 1,
      },
    ),
  ];
}
