import type { CatalogueEntry } from '../lib/core/catalogue.ts';
import { type Access, partsOf } from '../lib/http/route.ts';
import { secretNames } from '../lib/sdk/settings.ts';
import type { QueueFunction, ScheduledFunction } from '../lib/wiring/functions/declaration.ts';
import { caFileOf } from './ca-file.ts';
import { type Deployed, queueIdsOf } from './deployed.ts';
import { environmentOf, settingsOf } from './environment.ts';
import { eventFolder } from './event-folder.ts';
import { AUTHORIZER } from './http-api.ts';
import { functionName, getArn, roleId } from './names.ts';
import { purposeOf } from './purpose.ts';
import { isLocal, type Settings } from './settings.ts';
import { SETUP_ID, waitsForSetup } from './setup-resource.ts';
import { sizeOf, timeoutOfDeployed } from './sizes.ts';
import { layersOf } from './tracing.ts';

/** A function as serverless.yml writes it. */
export interface ServerlessFunction {
  name: string;
  description: string;
  handler: string;
  timeout: number;
  memorySize?: number;
  reservedConcurrency?: number;
  role: { 'Fn::GetAtt': [string, 'Arn'] };
  environment: Record<string, unknown>;
  package: { patterns: string[] };
  vpc?: NonNullable<Settings['vpc']>;
  layers?: readonly string[];
  /** Logical names of what must be there before. */
  dependsOn?: readonly string[];
  events: (HttpEvent | QueueEvent | ScheduleEvent)[];
}
interface HttpEvent {
  httpApi: { method: string; path: string; authorizer?: { name: string } };
}
interface QueueEvent {
  sqs: { arn: { 'Fn::GetAtt': [string, 'Arn'] }; functionResponseType: 'ReportBatchItemFailures' } & Batching;
}
/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-rate-expressions */
interface ScheduleEvent {
  schedule: `rate(${number} minutes)`;
}
interface Batching {
  batchSize: number;
  maximumBatchingWindow?: number;
  maximumConcurrency: number;
}

/** Every function by its key in serverless.yml. */
export const functionsOf = (deployed: readonly Deployed[], settings: Settings): Record<string, ServerlessFunction> =>
  Object.fromEntries(deployed.map((one) => [one.key, functionOf(one, settings)]));

function functionOf(one: Deployed, settings: Settings): ServerlessFunction {
  const { key, types, declaration } = one;
  const { name } = declaration;
  const dist = eventFolder().dist[purposeOf(settings)];
  const { memory, reservedConcurrency } = sizeOf(key, settings);
  const caFile = caFileOf(settings);
  return {
    name: functionName(settings, key),
    handler: `${dist}/${name}/index.handler`,
    role: getArn(roleId(key)),
    package: {
      patterns: ['!**', `${dist}/${name}/**`, ...unused(one, `${dist}/${name}`), ...(caFile ? [caFile] : [])],
    },
    ...(settings.vpc && { vpc: settings.vpc }),
    ...layersOf(settings),
    timeout: timeoutOfDeployed(one, settings),
    ...(memory !== undefined && { memorySize: memory }),
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
    ...(waitsForSetup(one, settings) && { dependsOn: [SETUP_ID] }),
    ...startedBy(one, settings),
    environment: { ...environmentOf(declaration, types, settings), ...settingsOf(one, settings) },
  };
}

/** A consumer whose event type has no secret never loads the driver of their store, which is a chunk of its own (lib/wiring/secrets.ts). */
const unused = ({ entry }: Deployed, bundle: string): string[] =>
  entry && secretNames(entry.definition.env).length === 0 ? [`!${bundle}/parameter-store-*`] : [];

/** What is different from kind to kind. */
function startedBy(one: Deployed, settings: Settings): Pick<ServerlessFunction, 'description' | 'events'> {
  const { declaration, entry } = one;
  const { description } = declaration;
  if (entry)
    return {
      description: `Processes ${entry.definition.type}`,
      events: queueEvents(one, batchingOfType(entry), settings),
    };
  if (declaration.kind === 'queue') return { description, events: queueEvents(one, batching(declaration), settings) };
  if (declaration.kind === 'scheduled') return { description, events: scheduleOf(declaration, settings) };
  // The gateway is told of the one, CloudFormation of the other.
  if (declaration.kind === 'authorizer' || declaration.kind === 'deployment') return { description, events: [] };
  const routes = Object.entries(declaration.routes);
  return { description, events: routes.map(([route, access]) => httpEvent(route, access, settings)) };
}

/** On this machine nobody watches. */
const scheduleOf = ({ everyMinutes }: ScheduledFunction, settings: Settings): ScheduleEvent[] =>
  isLocal(settings) ? [] : [{ schedule: `rate(${everyMinutes} minutes)` }];

function httpEvent(route: string, access: Access, settings: Settings): HttpEvent {
  const open = isLocal(settings) || access === 'anyone';
  return { httpApi: { ...partsOf(route), ...(!open && { authorizer: { name: AUTHORIZER } }) } };
}

function queueEvents(one: Deployed, how: Batching, settings: Settings): QueueEvent[] {
  const { concurrency = how.maximumConcurrency } = sizeOf(one.key, settings);
  return queueIdsOf(one.declaration.queues?.consume ?? [], one).map((id) => ({
    sqs: {
      arn: getArn(id),
      functionResponseType: 'ReportBatchItemFailures',
      ...how,
      maximumConcurrency: concurrency,
    },
  }));
}

const batching = ({ batchSize, concurrency }: QueueFunction): Batching => ({
  batchSize,
  maximumConcurrency: concurrency,
});

const batchingOfType = ({ definition: { queue }, ordered }: CatalogueEntry): Batching => ({
  batchSize: queue.batchSize,
  ...(!ordered && { maximumBatchingWindow: queue.batchWindow }),
  maximumConcurrency: queue.concurrency,
});
