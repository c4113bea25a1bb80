import { createServer, type Socket } from 'node:net';
import { commands } from './commands/table.ts';
import { serve } from './connection.ts';
import { LuaMachine } from './lua/machine.ts';
import { restore, save } from './snapshot.ts';
import { State } from './state.ts';

export interface RedisOptions {
  /** 127.0.0.1 unless said otherwise. */
  host?: string;
  /** 0, the default, takes any free port. */
  port?: number;
  /** Notes every command with its options, for tests that ask what was used. */
  record?: boolean;
  /**
   * Refuses commands, scripts and transactions over keys of several slots, and SELECT, as a cluster does.
   * https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#implemented-subset
   */
  clusterRules?: boolean;
  /** After how many ms a script is ended; 5,000 unless said otherwise. */
  longestScriptMs?: number;
}

export interface RunningRedis {
  url: string;
  host: string;
  port: number;
  /** Commands with the options they were given, e.g. `SET NX GET PX`; empty unless recording. */
  asked(): string[];
  /** Grows with every change of what is stored. */
  changes(): number;
  /** All keys of all databases at the moment in which the first record is asked for, in records of at most some megabytes. */
  save(): Iterable<Uint8Array>;
  /** Takes in what another one saved, while this one is empty. @throws Error at a record that is none of its */
  restore(records: AsyncIterable<Uint8Array>): Promise<void>;
  /** Closes every connection and the port. All data is gone. */
  stop(): Promise<void>;
}

const SWEEP_MS = 100;

/**
 * Starts an embedded Redis: RESP2 and RESP3 on a TCP port, all data in this process.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/
 * @throws Error that names host and port when it cannot listen there
 */
export async function startRedis(options: RedisOptions = {}): Promise<RunningRedis> {
  const host = options.host ?? '127.0.0.1';
  const state = new State(await LuaMachine.start(options.longestScriptMs), {
    record: options.record ?? false,
    clusterRules: options.clusterRules ?? false,
  });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(commands, state, socket);
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new Error(`the embedded Redis cannot listen on ${host}:${options.port ?? 0}: ${cause.message}`, { cause }),
      );
    });
    server.listen(options.port ?? 0, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  state.port = port;
  const sweeper = setInterval(() => {
    state.sweep();
    state.memory.look();
  }, SWEEP_MS);
  sweeper.unref();
  return {
    url: `redis://${host}:${port}`,
    host,
    port,
    asked: () => [...(state.asked ?? [])].sort(),
    changes: () => state.databases.reduce((sum, { changes }) => sum + changes, 0),
    save: () => save(state.databases),
    restore: (records) => restore(state.databases, records),
    stop: async () => {
      clearInterval(sweeper);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
