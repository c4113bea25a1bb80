import type { QueueDeclaration } from '../engines/sqs/ensure-queues.ts';

/** A function of the service, as the deployment declares it. */
export interface LocalFunction {
  /** Its key in serverless.yml. */
  key: string;
  name: string;
  /** `dist/ingest/index.handler` */
  handler: string;
  timeoutSeconds: number;
  memoryMb: number;
  /** Values may still be CloudFormation's. */
  environment: Readonly<Record<string, unknown>>;
  /** `POST /events` */
  routes: readonly string[];
  mappings: readonly MappingDeclaration[];
}

export interface MappingDeclaration {
  queueName: string;
  batchSize: number;
  batchWindow: number;
  concurrency: number;
  reportBatchItemFailures: boolean;
}

export interface LocalService {
  name: string;
  stage: string;
  region: string;
  functions: readonly LocalFunction[];
  queues: readonly QueueDeclaration[];
}

/** The part of the framework's service that is read here; all of it comes from serverless.yml and `deploy/`. */
export interface DeclaredService {
  service: string;
  provider: { stage: string; region: string; memorySize?: number };
  functions: Readonly<Record<string, DeclaredFunction>>;
  resources?: { Resources?: Readonly<Record<string, DeclaredResource>> };
}
export interface DeclaredFunction {
  name: string;
  handler: string;
  timeout?: number;
  memorySize?: number;
  environment?: Readonly<Record<string, unknown>>;
  events?: readonly Readonly<Record<string, unknown>>[];
}
interface DeclaredResource {
  Type: string;
  Properties?: Readonly<Record<string, unknown>>;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
const MAPPING_DEFAULTS = { batchSize: 10, batchWindow: 0, concurrency: 1000 };

/**
 * Reads what is deployed, so that the same runs here.
 * @throws Error naming what this machine does not know: a property of a queue, a queue that a function refers to
 */
export function readService(declared: DeclaredService): LocalService {
  const queueNames = new Map<string, string>();
  const resources = Object.entries(declared.resources?.Resources ?? {});
  const queueResources = resources.filter(([, { Type }]) => Type === 'AWS::SQS::Queue');
  for (const [id, { Properties }] of queueResources) queueNames.set(id, String(Properties?.QueueName));
  const nameOf = (reference: unknown): string => {
    const id = logicalIdOf(reference);
    const name = id === undefined ? undefined : queueNames.get(id);
    if (name === undefined) throw new Error(`no queue of this service: ${JSON.stringify(reference)}`);
    return name;
  };
  const { stage, region } = declared.provider;
  return {
    name: declared.service,
    stage,
    region,
    queues: queueResources.map(([id, { Properties }]) => queueOf(id, Properties ?? {}, nameOf, region)),
    functions: Object.entries(declared.functions).map(([key, one]) => ({
      key,
      name: one.name,
      handler: one.handler,
      timeoutSeconds: one.timeout ?? 6,
      memoryMb: one.memorySize ?? declared.provider.memorySize ?? 1024,
      environment: one.environment ?? {},
      routes: (one.events ?? []).flatMap(({ httpApi }) => (httpApi === undefined ? [] : [routeOf(httpApi)])),
      mappings: (one.events ?? []).flatMap(({ sqs }) => (sqs === undefined ? [] : [mappingOf(sqs, nameOf)])),
    })),
  };
}

/** What the names of its queues begin with: `sluice-local-`. */
export const queueNamePrefixOf = ({ name, stage }: Pick<LocalService, 'name' | 'stage'>): string => `${name}-${stage}-`;

/** The ARN of a queue on this machine. */
export const queueArnOf = (region: string, queueName: string): string =>
  `arn:aws:sqs:${region}:000000000000:${queueName}`;

/** Attributes that say how messages are handled; the others (encryption, who may redrive) mean nothing here. */
const attributes = [
  'VisibilityTimeout',
  'MessageRetentionPeriod',
  'DelaySeconds',
  'MaximumMessageSize',
  'ReceiveMessageWaitTimeSeconds',
  'FifoQueue',
  'DeduplicationScope',
  'FifoThroughputLimit',
  'ContentBasedDeduplication',
];
const withoutMeaning = ['QueueName', 'RedrivePolicy', 'RedriveAllowPolicy', 'SqsManagedSseEnabled', 'Tags'];

function queueOf(
  id: string,
  properties: Readonly<Record<string, unknown>>,
  nameOf: (reference: unknown) => string,
  region: string,
): QueueDeclaration {
  const stranger = Object.keys(properties).find((name) => ![...attributes, ...withoutMeaning].includes(name));
  if (stranger) throw new Error(`${id}.Properties.${stranger}: this machine’s SQS does not know it`);
  const given = attributes.filter((name) => properties[name] !== undefined && properties[name] !== false);
  const redrive = properties.RedrivePolicy;
  return {
    name: String(properties.QueueName),
    attributes: {
      ...Object.fromEntries(given.map((name) => [name, String(properties[name])])),
      ...(isRecord(redrive) && {
        RedrivePolicy: JSON.stringify({
          deadLetterTargetArn: queueArnOf(region, nameOf(redrive.deadLetterTargetArn)),
          maxReceiveCount: redrive.maxReceiveCount,
        }),
      }),
    },
  };
}

function routeOf(httpApi: unknown): string {
  if (typeof httpApi === 'string') return httpApi;
  if (!isRecord(httpApi)) throw new Error(`not a route: ${JSON.stringify(httpApi)}`);
  return `${String(httpApi.method).toUpperCase()} ${String(httpApi.path)}`;
}

function mappingOf(sqs: unknown, nameOf: (reference: unknown) => string): MappingDeclaration {
  if (!isRecord(sqs)) throw new Error(`not an event of kind sqs: ${JSON.stringify(sqs)}`);
  const number = (value: unknown, fallback: number) => (value === undefined ? fallback : Number(value));
  return {
    queueName: nameOf(sqs.arn),
    batchSize: number(sqs.batchSize, MAPPING_DEFAULTS.batchSize),
    batchWindow: number(sqs.maximumBatchingWindow, MAPPING_DEFAULTS.batchWindow),
    concurrency: number(sqs.maximumConcurrency, MAPPING_DEFAULTS.concurrency),
    reportBatchItemFailures: sqs.functionResponseType === 'ReportBatchItemFailures',
  };
}

/** `{ 'Fn::GetAtt': ['CartAbandonedQueue', 'Arn'] }` -> `CartAbandonedQueue` */
function logicalIdOf(reference: unknown): string | undefined {
  const path = isRecord(reference) ? reference['Fn::GetAtt'] : undefined;
  return Array.isArray(path) && typeof path[0] === 'string' ? path[0] : undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
