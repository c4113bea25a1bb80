import type { CatalogueEntry } from '../../lib/core/catalogue.ts';
import type { Deployed } from '../deployed.ts';
import { functionName, queueName, upperFirst } from '../names.ts';
import type { Resource } from '../queues.ts';
import type { Settings } from '../settings.ts';
import { timeoutOfDeployed } from '../sizes.ts';
import { type Alarm, MINUTE } from './alarm.ts';
import { joined, lambda, type Metric, sqs, whicheverIs } from './metrics.ts';

export type DeployedConsumer = Extract<Deployed, { entry: CatalogueEntry }>;

/** In this part of its time a function should have answered long ago: each ends its own work before (docs/decisions/0008-time-of-a-batch.md). */
const LAST_MS = 1000;

/** What may be wrong with any function, in the order in which docs/operations.md numbers it. */
function faultsOf(one: Deployed, settings: Settings): { conditions: string[]; metrics: Record<string, Metric> } {
  const name = functionName(settings, one.key);
  const last = timeoutOfDeployed(one, settings) * 1000 - LAST_MS;
  return {
    conditions: ['errors > 0', 'throttles > 0', `duration > ${last}`],
    metrics: {
      errors: lambda('Errors', name, 'Sum'),
      throttles: lambda('Throttles', name, 'Sum'),
      duration: lambda('Duration', name, 'Maximum'),
    },
  };
}

const alarmOf = (
  alarm: Alarm,
  { key }: Deployed,
  says: string,
  { conditions, metrics }: ReturnType<typeof faultsOf>,
): [string, Resource] =>
  alarm(
    `${upperFirst(key)}FunctionAlarm`,
    { says, paragraph: 'function' },
    {
      ...joined(key, whicheverIs(...conditions), metrics, 5 * MINUTE),
      Threshold: 0,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
    },
  );

/** Errors, throttles and the end of its time, as one alarm. */
export const alarmOfFunction = (alarm: Alarm, one: Deployed, settings: Settings): [string, Resource] =>
  alarmOf(
    alarm,
    one,
    `${one.key} crashed or threw (1), was throttled (2) or used up its time (4).`,
    faultsOf(one, settings),
  );

/** Four fifths of what SQS hands out at most before messages are deleted. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MOST_IN_FLIGHT = 96_000;

/** The same of a consumer, and how many messages are in flight: those that it works on, and all that wait to be tried again. */
export function alarmOfConsumer(alarm: Alarm, one: DeployedConsumer, settings: Settings): [string, Resource] {
  const { conditions, metrics } = faultsOf(one, settings);
  const { definition, ordered } = one.entry;
  const inflight = sqs(
    'ApproximateNumberOfMessagesNotVisible',
    queueName(settings, definition.type, ordered),
    'Maximum',
  );
  const says = `${one.key} crashed or threw (1), was throttled (2) or used up its time (4), or too many messages are in flight (8).`;
  return alarmOf(alarm, one, says, {
    conditions: [...conditions, `inflight > ${MOST_IN_FLIGHT}`],
    metrics: { ...metrics, inflight },
  });
}
