import { SQSClient } from '@aws-sdk/client-sqs';
import { localCredentials } from '../../local/engines/sqs/local-credentials.ts';
import { chooseEngines } from '../../local/stack/engines/engines.ts';
import { type FaultProxy, startFaultProxy } from '../../test/support/fault-proxy.ts';
import type { Account } from './account.ts';
import { startStores } from './stores.ts';

const REGION = 'eu-central-1';

/** What functions reach: servers of this machine, behind what can break every connection to them. */
export interface Servers {
  account: Account;
  mongoUri: string;
  redisUrl: string;
  /** Of whoever is no function: past what breaks connections. */
  sqs: SQSClient;
  /** Queue URL up to the queue's name, for the same. */
  queueUrlPrefix: string;
  /** What they are, in one line. */
  name: string;
  /** Ends, at the servers' side, every connection that functions have. */
  cut(): void;
  close(): Promise<void>;
}

/**
 * Starts them: MongoDB and Redis as they are found on this machine, else embedded; SQS embedded.
 * @param settings parameters of the Parameter Store, by name
 * @param secretNames under which the account keeps the addresses of both databases
 */
export async function startServers(
  settings: Readonly<Record<string, string>>,
  secretNames: { mongo: string; redis: string },
): Promise<Servers> {
  // What this shell names is somebody's, and the stage would be taken for theirs.
  const engines = await chooseEngines({ mode: 'found', env: {}, region: REGION });
  const { mongo, redis, sqs } = engines;
  const proxies = await Promise.all([mongo.uri, redis.url, sqs.endpoint].map(startFaultProxy));
  const [mongoUri = '', redisUrl = '', sqsEndpoint = ''] = proxies.map(({ url }: FaultProxy) => url.replace(/\/$/, ''));
  const secrets = new Map([
    ...Object.entries(settings),
    [secretNames.mongo, mongoUri] as const,
    [secretNames.redis, redisUrl] as const,
  ]);
  const stores = await startStores(secrets);
  const client = new SQSClient({ endpoint: sqs.endpoint, region: REGION, credentials: localCredentials });
  return {
    account: { region: REGION, id: '000000000000', sqsEndpoint, storesEndpoint: stores.endpoint, secrets },
    mongoUri: mongo.uri,
    redisUrl: redis.url,
    sqs: client,
    queueUrlPrefix: sqs.queueUrlPrefix,
    name: `MongoDB ${mongo.name}, Redis ${redis.name}, SQS ${sqs.name}`,
    cut() {
      for (const proxy of proxies) proxy.cut();
    },
    async close() {
      client.destroy();
      stores.close();
      await Promise.all(proxies.map((proxy) => proxy.stop()));
      await engines.stop();
    },
  };
}
