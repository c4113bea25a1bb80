import type { Db } from 'mongodb';
import { z } from 'zod';
import { loadEventFolder } from '../../deploy/event-types.ts';
import { runKeysCommand } from '../../deploy/keys.ts';
import { serviceNameHere } from '../../deploy/service-name.ts';
import { readConfig } from '../../lib/core/config.ts';
import { systemClock } from '../../lib/wiring/clock.ts';
import { connectMongo } from '../../lib/wiring/mongo.ts';
import { openStores, type StageAccess } from '../../local/commands/timelines/access.ts';
import { ensureQueues } from '../../local/engines/sqs/ensure-queues.ts';
import { type Caller, callerOf } from '../../local/stack/caller.ts';
import { type Mapping, startMapping } from '../../local/stack/mapping/mapping.ts';
import { startReaper } from '../../local/stack/reaper.ts';
import { queueArnOf } from '../../local/stack/service.ts';
import { silentLog } from '../../test/support/log.ts';
import { neutralFolder } from '../../test/support/neutral-events.ts';
import { makeCustomResources } from './cloudformation.ts';
import { type Deployed, readDeployed } from './deployed.ts';
import type { StartEnvironment } from './environment.ts';
import { startGateway } from './gateway.ts';
import { type Lambda, openLambda } from './lambda.ts';
import { type Packaged, STAGE, WITHOUT_TLS } from './packaged.ts';
import { startServers } from './servers.ts';

/** What was packaged, as it would run where it is deployed. */
export interface RunningStage extends Required<StageAccess> {
  deployed: Deployed;
  lambda: Lambda;
  /** With an operator's key; `stranger` has none. */
  caller: Caller;
  stranger: Caller;
  /** As whoever runs the stage sees it. */
  db: Db;
  /** What its servers are. */
  servers: string;
  /** Ends, at the servers' side, every connection that functions have. */
  cut(): void;
  close(): Promise<void>;
}

export interface StageOptions {
  packaged: Packaged;
  start: StartEnvironment;
  /** Hears each line that a function prints. */
  output?(functionName: string, line: string): void;
  /** What a control takes away: of the template, or of the code of a function. */
  spoiled?: { deployed?(deployed: Deployed): Deployed; unpacked?(functionName: string, folder: string): void };
}

/** The longest that an event may take here. */
const PATIENT_SECONDS = 60;
/** Of what stands in one queue at a time: as few environments as AWS lets a mapping have. */
const CONCURRENCY = 2;
/** A secret that an event type of the tests declares. */
const SETTINGS = { [`/sluice/${STAGE}/NOTES_SEAL`]: 'wax' };
const SECRETS = { mongo: `sluice/${STAGE}/mongodb-uri`, redis: `sluice/${STAGE}/redis-url` };

/**
 * Starts a stage of what was packaged: its queues, its database set up by a function of the stack, its first key made as
 * docs/deploy.md says, its mappings and its API. Functions start when something asks for them.
 */
export async function openStage({
  packaged,
  start,
  output = () => {},
  spoiled = {},
}: StageOptions): Promise<RunningStage> {
  const servers = await startServers(SETTINGS, SECRETS);
  const { account, mongoUri, redisUrl, sqs } = servers;
  const reaper = startReaper();
  const { projections: declared } = await loadEventFolder(neutralFolder());
  const read = readDeployed(packaged.template, account);
  const deployed = spoiled.deployed?.(read) ?? read;
  await ensureQueues(sqs, deployed.queues);
  const environment = { STAGE, WITHOUT_TLS, MONGODB_URI: mongoUri, REDIS_URL: redisUrl };
  const lambda = openLambda({
    ...{ functions: deployed.functions, account, folder: packaged.folder, start, output, watch: reaper.watch },
    ...(spoiled.unpacked && { unpacked: spoiled.unpacked }),
  });
  await makeCustomResources(deployed.custom, lambda);
  const mappings: Mapping[] = deployed.mappings.map(({ functionName, ...mapping }) =>
    startMapping({
      ...mapping,
      sqs: servers.calls,
      clock: systemClock,
      log: silentLog,
      queueUrl: `${servers.queueUrlPrefix}${mapping.queueName}`,
      queueArn: queueArnOf(account.region, mapping.queueName),
      concurrency: Math.min(CONCURRENCY, mapping.concurrency),
      timeoutSeconds: timeoutOf(deployed, functionName),
      invoke: (event) => lambda.invoke(functionName, event),
    }),
  );
  const gateway = await startGateway(deployed, lambda);
  const { stores, close: closeStores } = openStores(environment, silentLog);
  const { insert, projections } = stores;
  if (!insert || !projections) throw new Error('both databases are named');
  const mongo = connectMongo(readConfig(['mongodb'], { SERVICE: serviceNameHere(), ...environment }));
  return {
    deployed,
    lambda,
    caller: callerOf({ api: gateway.api, key: await firstKey(environment) }),
    stranger: callerOf({ api: gateway.api }),
    db: mongo.db,
    servers: servers.name,
    seconds: PATIENT_SECONDS,
    ...{ declared, insert, projections, cut: servers.cut },
    async close() {
      await Promise.all(mappings.map((mapping) => mapping.stop()));
      gateway.close();
      await lambda.end();
      await Promise.all([closeStores(), mongo.close()]);
      await servers.close();
      reaper.stop();
    },
  };
}

const timeoutOf = ({ functions }: Deployed, functionName: string): number =>
  functions.find(({ name }) => name === functionName)?.timeoutSeconds ?? 0;

/** As a person makes it. */
async function firstKey(environment: Readonly<Record<string, string>>): Promise<string> {
  const asked = { name: 'artefact', tenant: 'artefact', scopes: 'operator' };
  const { output } = await runKeysCommand({ action: 'create', asked, json: true }, environment, () => {});
  return z.object({ key: z.string() }).parse(JSON.parse(output)).key;
}
