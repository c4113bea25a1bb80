import { randomBytes } from 'node:crypto';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CommandStartedEvent, MongoClient } from 'mongodb';
import { vi } from 'vitest';
import { eventTypes } from '../../../deploy/event-types.ts';
import { setupDatabase } from '../../../lib/adapters/mongo/set-up.ts';
import { readConfig } from '../../../lib/core/config.ts';
import { deadLetterSuffix, queueSuffix } from '../../../lib/core/names.ts';
import { keyPortsOn } from '../../../lib/wiring/access.ts';
import { connectAuthorizer } from '../../../lib/wiring/authorizer.ts';
import { authorizerHandler } from '../../../lib/wiring/authorizer-handler.ts';
import { connectCatalogue } from '../../../lib/wiring/catalogue.ts';
import { connectFailures } from '../../../lib/wiring/failures.ts';
import { authorizer } from '../../../lib/wiring/functions/authorizer.ts';
import { catalogue } from '../../../lib/wiring/functions/catalogue.ts';
import { failures } from '../../../lib/wiring/functions/failures.ts';
import { health } from '../../../lib/wiring/functions/health.ts';
import { ingest } from '../../../lib/wiring/functions/ingest.ts';
import { keys } from '../../../lib/wiring/functions/keys.ts';
import { query } from '../../../lib/wiring/functions/query.ts';
import { replay } from '../../../lib/wiring/functions/replay.ts';
import { connectHealth } from '../../../lib/wiring/health.ts';
import { httpHandler } from '../../../lib/wiring/http-handler.ts';
import { connectIngest } from '../../../lib/wiring/ingest.ts';
import { connectKeys } from '../../../lib/wiring/keys.ts';
import { connectMongo } from '../../../lib/wiring/mongo.ts';
import { connectQuery } from '../../../lib/wiring/query.ts';
import { connectRedis, forgetDerived } from '../../../lib/wiring/redis.ts';
import { connectReplay } from '../../../lib/wiring/replay.ts';
import { connectSqs } from '../../../lib/wiring/sqs.ts';
import { ensureQueues } from '../../../local/engines/sqs/ensure-queues.ts';
import { testEngines } from '../engines.ts';
import { type HttpApi, httpApi, router } from '../http-api.ts';
import { silentLog } from '../log.ts';
import { neutralFolder } from '../neutral-events.ts';
import { patientBudgets } from '../patient-budgets.ts';

export type Deployed = Awaited<ReturnType<typeof deploy>>;

/** An event type of the tests, and one that its bounds leave out. */
export const TYPE = 'note.kept';
export const OTHER_TYPE = 'job.run';

/**
 * Every function that answers requests as a deployed stage has them, on the engines of a test file, behind an HTTP API in memory. What
 * they say and which commands their drivers send to MongoDB is kept until somebody takes it.
 */
export async function deploy(stage = 'dev') {
  const engines = await testEngines();
  const service = `acc${randomBytes(4).toString('hex')}`;
  const environment = {
    ...{
      POWERTOOLS_LOG_LEVEL: 'INFO',
      SERVICE: service,
      STAGE: stage,
      EVENT_TYPES: eventTypes(neutralFolder()).join(),
    },
    ...{ AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    ...{ SQS_ENDPOINT: engines.sqsEndpoint, QUEUE_URL_PREFIX: `${engines.sqsEndpoint}/000000000000/${service}-` },
    ...{ REDIS_URL: engines.redisUrl, MONGODB_URI: withCommands(engines.mongoUri), ...patientBudgets },
    WITHOUT_TLS: 'mongodb,redis',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { commands, clients, restore } = watchMongo();
  const messages = holdQueues();
  const lines: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((line) => lines.push(String(line)) > 0);

  const load = (type: string) => import(`../events/${type}.ts`);
  const handlers: [{ routes: object }, ReturnType<typeof httpHandler>][] = [
    [ingest, httpHandler(ingest, connectIngest(load))],
    [query, httpHandler(query, connectQuery(load))],
    [failures, httpHandler(failures, connectFailures)],
    [replay, httpHandler(replay, connectReplay(load))],
    [keys, httpHandler(keys, connectKeys)],
    [catalogue, httpHandler(catalogue, connectCatalogue(load))],
    [health, httpHandler(health, connectHealth)],
  ];
  const routes: HttpApi['routes'] = new Map(
    handlers.flatMap(([declared, handler]) => Object.keys(declared.routes).map((route) => [route, handler] as const)),
  );
  const api = { routes, authorizer: authorizerHandler(authorizer, connectAuthorizer) };

  const config = readConfig(['mongodb', 'redis', 'sqs', 'AUTHORIZER_CACHE_SECONDS'], environment);
  const mongo = connectMongo(config);
  const redis = connectRedis(config, silentLog);
  const sqs = connectSqs(config);
  const names = [...[TYPE, OTHER_TYPE].map((type) => queueSuffix(type, false)), 'replays', deadLetterSuffix(false)];
  await setupDatabase(mongo.db, {});
  const queues = names.map((name) => ({ name: `${service}-${name}`, attributes: {} }));
  await ensureQueues(sqs, queues);

  return {
    ...{ api, ask: httpApi(api), find: router(routes), stage, mongo, redis, sqs, commands, messages, lines, engines },
    ports: keyPortsOn({ mongo, redis }, config, silentLog),
    async stop() {
      restore();
      vi.restoreAllMocks();
      vi.unstubAllEnvs();
      await forgetDerived(redis, config);
      await mongo.db.dropDatabase();
      sqs.destroy();
      await Promise.all([redis.close(), ...[...clients].map((client) => client.close())]);
      await engines.stop();
    },
  };
}

/** Takes what is sent to queues, at once: how long SQS may take is not what a request is judged by here. */
function holdQueues(): string[] {
  const messages: string[] = [];
  const { send } = SQSClient.prototype;
  vi.spyOn(SQSClient.prototype, 'send').mockImplementation(function (this: SQSClient, ...given: unknown[]) {
    const [command] = given;
    if (!(command instanceof SendMessageBatchCommand)) return Reflect.apply(send, this, given);
    const { Entries = [] } = command.input;
    messages.push(...Entries.map(({ MessageBody = '' }) => MessageBody));
    return Promise.resolve({ Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] });
  });
  return messages;
}

/** One command that a driver sent to MongoDB. */
export interface Command {
  name: string;
  command: Readonly<Record<string, unknown>>;
}

function withCommands(uri: string): string {
  const url = new URL(uri);
  if (url.pathname === '') url.pathname = '/';
  url.searchParams.set('monitorCommands', 'true');
  return url.href;
}

/** https://www.mongodb.com/docs/drivers/node/current/monitoring-and-logging/monitoring/ */
function watchMongo() {
  const commands: Command[] = [];
  const clients = new Set<MongoClient>();
  const { emit } = MongoClient.prototype;
  const spy = vi.spyOn(MongoClient.prototype, 'emit').mockImplementation(function (this: MongoClient, ...told) {
    clients.add(this);
    const [name, event] = told;
    if (name === 'commandStarted' && event instanceof CommandStartedEvent)
      commands.push({ name: event.commandName, command: event.command });
    return Reflect.apply(emit, this, told);
  });
  return { commands, clients, restore: () => spy.mockRestore() };
}
