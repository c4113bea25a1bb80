import { kept } from '../../state/kept-engine.ts';
import type { Embedded, EngineName, StartEmbedded } from './embedded.ts';

/** Starts an embedded engine in this process. */
export const startHere: StartEmbedded = (name, region) => starts[name](region);

/** Each is loaded only where it is started: they are the larger part of a start. */
const starts: Readonly<Record<EngineName, (region: string) => Promise<Embedded>>> = {
  async mongo() {
    const { startMongo } = await import('../../../engines/mongo/server.ts');
    const engine = await startMongo();
    const { uri: address, away, stop } = engine;
    return { address, ...kept('mongo 1', engine), away, stop };
  },

  async redis() {
    const { startRedis } = await import('../../../engines/redis/server.ts');
    // As on a cluster, which is what the service may be deployed on: what touches two slots is refused.
    const engine = await startRedis({ clusterRules: true });
    return { address: engine.url, ...kept('redis 1', engine), stop: engine.stop };
  },

  async sqs(region) {
    const { startSqs } = await import('../../../engines/sqs/server.ts');
    const engine = await startSqs({ region, queues: [] });
    const notices = () => [...engine.homeless()].map(([arn, messages]) => waiting(arn, messages));
    return { address: engine.endpoint, ...kept('sqs 1', engine, notices), stop: engine.stop };
  },
};

const waiting = (arn: string, messages: number): string =>
  `the queue ${arn.slice(arn.lastIndexOf(':') + 1)} is no longer declared; its messages, ${messages}, are kept until their retention ends`;
