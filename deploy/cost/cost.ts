import { catalogueOf } from '../../lib/core/catalogue.ts';
import { METRICS } from '../../lib/core/metrics.ts';
import type { EventDefinition } from '../../lib/sdk/definition.ts';
import { functions } from '../../lib/wiring/functions/functions.ts';
import { derive } from '../template.ts';
import { PRICES } from './prices.ts';

type Priced = keyof typeof PRICES;

/** So much of something that has a price. */
export interface Part {
  what: string;
  count: number;
  price: Priced;
}

export const usdOf = ({ count, price }: Part): number => (count / PRICES[price].per) * PRICES[price].usd;
export const sumOf = (parts: readonly Part[]): number => parts.reduce((sum, part) => sum + usdOf(part), 0);

/** How a million events come in, and are handed to their handlers. */
export interface Shape {
  name: string;
  eventsARequest: number;
  eventsABatch: number;
  ordered: boolean;
  /** Of an event, by the limits that a test holds (docs/signals.md). */
  logBytes: number;
}

const EVENTS = 1_000_000;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html */
const MOST_IN_A_CALL = 10;
/** Of memory, as the stages are shipped. */
const GIGABYTES = 1;
const EACH_MS = 10;

/** What a million events of up to 64 KB take, beside the time of functions. */
export function partsOf({ eventsARequest, eventsABatch, ordered, logBytes }: Shape): Part[] {
  const requests = EVENTS / eventsARequest;
  const batches = EVENTS / eventsABatch;
  const calls = requests * Math.ceil(eventsARequest / MOST_IN_A_CALL);
  // Lambda receives and deletes up to ten in a call, however large the batch.
  const taken = 2 * (EVENTS / Math.min(eventsABatch, MOST_IN_A_CALL));
  return [
    { what: 'requests', count: requests, price: 'apiRequest' },
    { what: 'invocations of ingest and consumer', count: requests + batches, price: 'invocation' },
    { what: 'calls to SQS', count: calls + taken, price: ordered ? 'fifoRequest' : 'queueRequest' },
    ...(ordered ? [] : [{ what: 'of them with a group', count: calls, price: 'fairRequest' as const }]),
    { what: 'bytes of log', count: EVENTS * logBytes, price: 'logByte' },
  ];
}

/** What ten milliseconds more of a function cost, for a million of its runs. */
export const timePart: Part = {
  what: `${EACH_MS} ms of a function at 1,024 MB`,
  count: (EVENTS * EACH_MS * GIGABYTES) / 1000,
  price: 'gigabyteSecond',
};

/** What stands there every month, whether anything is sent or not. */
export interface Standing {
  fixed: Part[];
  /** For each event type, unless it is ordered. */
  aType: Part[];
  anOrderedType: Part[];
}

/** @param plain and `ordered` a type of each kind: what a catalogue has more with it is what it costs */
export async function standing(plain: EventDefinition, ordered: EventDefinition): Promise<Standing> {
  const fixed = await standingOf([]);
  const more = (parts: readonly Part[]) =>
    parts.map((part, index) => ({ ...part, count: part.count - (fixed[index]?.count ?? 0) }));
  return { fixed, aType: more(await standingOf([plain])), anOrderedType: more(await standingOf([ordered])) };
}

async function standingOf(definitions: readonly EventDefinition[]): Promise<Part[]> {
  const environment = { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' };
  const stage = { service: 'sluice', stage: 'cost', origins: [], environment };
  const { resources } = await derive(stage, catalogueOf(definitions));
  const alarms = Object.values(resources.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  const queues = Object.values(resources.Resources).filter(({ Type }) => Type === 'AWS::SQS::Queue');
  const dashboards = Object.values(resources.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard');
  const ofTypes = Object.values(METRICS).filter(({ by }) => by === 'type').length;
  const ofFunctions = Object.values(METRICS).filter(({ by }) => by === 'function').length;
  return [
    {
      what: 'metrics of alarms',
      count: alarms.reduce((sum, one) => sum + metricsOf(one.Properties), 0),
      price: 'alarmMetric',
    },
    { what: 'dashboards', count: dashboards.length, price: 'dashboard' },
    {
      what: 'metrics of functions and types',
      count: definitions.length * ofTypes + functions.length * ofFunctions,
      price: 'metric',
    },
    { what: 'empty receives of Lambda', count: queues.length * EMPTY_RECEIVES, price: 'queueRequest' },
  ];
}

/**
 * Lambda asks an idle queue five at a time, each for 20 s: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html. A
 * month has 30 days.
 */
const EMPTY_RECEIVES = 5 * (60 / 20) * 60 * 24 * 30;

/** An alarm that joins several metrics is paid for by each. */
function metricsOf({ Metrics }: Record<string, unknown>): number {
  if (!Array.isArray(Metrics)) return 1;
  return Metrics.filter((one: object) => 'MetricStat' in one).length;
}
