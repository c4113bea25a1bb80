import { Redis } from 'ioredis';
import { findProgram, startProgram } from '../../local/stack/engines/program.ts';
import { startReaper } from '../../local/stack/reaper.ts';

export interface RedisWithUsers {
  /** The address with these credentials, `app:word`; without them that of the user `default`. */
  urlOf(credentials?: string): string;
  /** Runs a command as an administrator. */
  admin(command: string, ...args: string[]): Promise<unknown>;
  stop(): Promise<void>;
}

const ADMIN = 'admin:admin-word';

/** A Redis of this machine with users. @returns undefined where none is installed */
export async function startRedisWithUsers(): Promise<RedisWithUsers | undefined> {
  const program = await findProgram(['redis-server', 'valkey-server']);
  if (program === undefined) return undefined;
  const reaper = startReaper();
  const clientOf = (port: number, credentials: string) =>
    new Redis(`redis://${credentials}@127.0.0.1:${port}`, { lazyConnect: true, retryStrategy: () => null });
  const { port, stop } = await startProgram(
    program,
    (free, own) => [
      ...['--port', String(free), '--bind', '127.0.0.1', '--dir', own, '--save', '', '--appendonly', 'no'],
      ...['--user', 'admin', 'on', '>admin-word', '~*', '&*', '+@all'],
    ],
    async (free) => {
      const client = clientOf(free, ADMIN);
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.ping();
      } finally {
        client.disconnect();
      }
    },
    reaper.watch,
  );
  const admin = clientOf(port, ADMIN);
  await admin.connect();
  return {
    urlOf: (credentials) => `redis://${credentials === undefined ? '' : `${credentials}@`}127.0.0.1:${port}`,
    admin: (command, ...args) => admin.call(command, ...args),
    async stop() {
      admin.disconnect();
      await stop();
      reaper.stop();
    },
  };
}
