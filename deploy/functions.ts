import type { Catalogue, CatalogueEntry } from '../lib/core/catalogue.ts';
import { consumerTimeoutSeconds } from '../lib/core/function-time.ts';
import { consumerName } from '../lib/core/names.ts';
import { environmentOf } from './environment.ts';
import { deadLetterQueueId, functionName, getArn, queueId, REPLAYS_QUEUE_ID, roleId } from './names.ts';
import { isLocal, type Settings } from './settings.ts';

/** A function as serverless.yml writes it. */
export interface ServerlessFunction {
  name: string;
  description: string;
  handler: string;
  timeout: number;
  role: { 'Fn::GetAtt': [string, 'Arn'] };
  environment: Record<string, unknown>;
  package: { patterns: string[] };
  vpc?: NonNullable<Settings['vpc']>;
  events: (HttpEvent | QueueEvent)[];
}
interface HttpEvent {
  httpApi: { method: string; path: string; authorizer?: { type: 'aws_iam' } };
}
interface QueueEvent {
  sqs: {
    arn: { 'Fn::GetAtt': [string, 'Arn'] };
    batchSize: number;
    maximumBatchingWindow?: number;
    functionResponseType: 'ReportBatchItemFailures';
    maximumConcurrency: number;
  };
}

/** Just under the 30 s that an HTTP API waits: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const HTTP_TIMEOUT = 29;
export const DEAD_LETTER_TIMEOUT = 30;
export const BULK_REPLAY_TIMEOUT = 60;
const httpFunctions = {
  ingest: { description: 'Takes events in', entry: 'ingest', routes: ['POST /events'] },
  query: {
    description: 'Shows events and their outcomes',
    entry: 'query',
    routes: ['GET /events', 'GET /events/{id}'],
  },
  failures: {
    description: 'Shows failures',
    entry: 'failures',
    routes: ['GET /failures', 'GET /failures/groups', 'GET /failures/{id}'],
  },
  replay: {
    description: 'Replays and discards failures',
    entry: 'replay',
    routes: [
      'POST /failures/{id}/replay',
      'POST /failures/{id}/discard',
      'POST /replays',
      'GET /replays/{id}',
      'DELETE /replays/{id}',
    ],
  },
  catalogue: {
    description: 'Shows event types and API documents',
    entry: 'catalogue',
    routes: ['GET /event-types', 'GET /openapi.json', 'GET /asyncapi.json'],
  },
  health: { description: 'Says which dependencies are up', entry: 'health', routes: ['GET /health'] },
} as const;

/** The only route that anyone may call. */
const openRoutes: readonly string[] = ['GET /health'];

/** Every function by its key in serverless.yml: the fixed ones, and one consumer per event type. */
export function functionsOf(catalogue: Catalogue, settings: Settings): Record<string, ServerlessFunction> {
  const functions: Record<string, ServerlessFunction> = {};
  for (const [key, { description, entry, routes }] of Object.entries(httpFunctions)) {
    functions[key] = {
      ...base(key, entry, settings),
      description,
      timeout: HTTP_TIMEOUT,
      environment: environmentOf(entry, catalogue.types, settings),
      events: routes.map((route) => httpEvent(route, settings)),
    };
  }
  functions.deadLetter = {
    ...base('deadLetter', 'dead-letter', settings),
    description: 'Records events that failed',
    timeout: DEAD_LETTER_TIMEOUT,
    environment: environmentOf('dead-letter', catalogue.types, settings),
    events: [false, true].map((ordered) => ({
      sqs: {
        arn: getArn(deadLetterQueueId(ordered)),
        batchSize: 10,
        functionResponseType: 'ReportBatchItemFailures',
        maximumConcurrency: 5,
      },
    })),
  };
  functions.bulkReplay = {
    ...base('bulkReplay', 'bulk-replay', settings),
    description: 'Replays many failures',
    timeout: BULK_REPLAY_TIMEOUT,
    environment: environmentOf('bulk-replay', catalogue.types, settings),
    events: [
      {
        sqs: {
          arn: getArn(REPLAYS_QUEUE_ID),
          batchSize: 1,
          functionResponseType: 'ReportBatchItemFailures',
          maximumConcurrency: 2,
        },
      },
    ],
  };
  for (const entry of catalogue.entries) functions[consumerName(entry.definition.type)] = consumer(entry, settings);
  return functions;
}

function consumer(entry: CatalogueEntry, settings: Settings): ServerlessFunction {
  const { type, queue } = entry.definition;
  return {
    ...base(consumerName(type), 'consume', settings),
    description: `Processes ${type}`,
    timeout: consumerTimeoutSeconds(entry.definition),
    environment: environmentOf('consume', [type], settings),
    events: [
      {
        sqs: {
          arn: getArn(queueId(type)),
          batchSize: queue.batchSize,
          ...(!entry.ordered && { maximumBatchingWindow: queue.batchWindow }),
          functionResponseType: 'ReportBatchItemFailures',
          maximumConcurrency: queue.concurrency,
        },
      },
    ],
  };
}

const base = (key: string, entry: string, settings: Settings) => ({
  name: functionName(settings, key),
  handler: `dist/${entry}/index.handler`,
  role: getArn(roleId(key)),
  // Source maps stay at home: they would double what a cold start loads.
  package: { patterns: ['!**', `dist/${entry}/**`, '!dist/**/*.map'] },
  ...(settings.vpc && { vpc: settings.vpc }),
});

function httpEvent(route: string, settings: Settings): HttpEvent {
  const [method = '', path = ''] = route.split(' ');
  const open = isLocal(settings) || openRoutes.includes(route);
  return { httpApi: { method, path, ...(!open && { authorizer: { type: 'aws_iam' } }) } };
}
