import { join } from 'node:path';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { startPool } from '../../../local/stack/function-process/pool.ts';
import { gatewayEvent, type Sent } from '../../../test/support/api-gateway.ts';
import type { ChaosEngines } from './engines.ts';
import type { Random } from './random.ts';

/** What one request was answered; null when its process was gone. */
export type IngestAnswer = { status: number; body: Readonly<Record<string, unknown>> } | null;

export interface IngestProcesses {
  /** POST /events. */
  post(sent: Sent): Promise<IngestAnswer>;
  /** Ends one of the processes at once, in the middle of whatever it does. @returns whether there was one */
  kill(random: Random): boolean;
  end(): Promise<void>;
}

/** The function `ingest` in processes of its own, as the service runs it. @param queueUrlPrefix up to the name of the queue */
export function startIngest(
  { redisUrl, watch }: Pick<ChaosEngines, 'redisUrl' | 'watch'>,
  sqsEndpoint: string,
  processes = 2,
): IngestProcesses {
  const living = new Set<number>();
  const pool = startPool(
    {
      name: 'sluice-chaos-ingest',
      file: join(import.meta.dirname, '../../../functions/ingest.ts'),
      exportName: 'handler',
      timeoutSeconds: 29,
      memoryMb: 1024,
      region: 'eu-central-1',
      callers: 'need none',
      environment: {
        SERVICE: 'chaos',
        STAGE: 'local',
        EVENT_TYPES: 'chaos.counted',
        REDIS_URL: redisUrl,
        REDIS_TIMEOUT_MS: '2000',
        SQS_ENDPOINT: sqsEndpoint,
        QUEUE_URL_PREFIX: `${sqsEndpoint}/000000000000/chaos-`,
      },
    },
    {
      processes,
      invocationsEach: 4,
      output: () => {},
      watch: (pid) => {
        living.add(pid);
        const unwatch = watch(pid);
        return () => {
          living.delete(pid);
          unwatch();
        };
      },
    },
  );
  return {
    async post(sent) {
      try {
        const answered = (await pool.invoke(gatewayEvent(sent))) as APIGatewayProxyStructuredResultV2;
        return { status: answered.statusCode ?? 0, body: JSON.parse(answered.body ?? '{}') };
      } catch {
        return null;
      }
    },
    kill(random) {
      if (living.size === 0) return false;
      process.kill(random.pick([...living]), 'SIGKILL');
      return true;
    },
    end: () => pool.end(),
  };
}
