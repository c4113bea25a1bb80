import type { Servers } from '../fuzz.ts';
import { startEngine } from './engine.ts';
import { startRedisServer } from './redis-server.ts';

/** Starts both, for one who sends programs. @param program of the redis-server */
export async function startServers(program: string): Promise<Servers & { stop(): Promise<void> }> {
  const start = { engine: startEngine, server: () => startRedisServer(program) };
  const [engine, server] = await Promise.all([start.engine(), start.server()]);
  const servers = {
    engine,
    server,
    async renew(which: 'engine' | 'server') {
      await servers[which].stop();
      servers[which] = await start[which]();
    },
    async stop() {
      await Promise.all([servers.engine.stop(), servers.server.stop()]);
    },
  };
  return servers;
}
