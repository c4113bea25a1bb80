import { createServer, type Socket } from 'node:net';
import { answered } from './command.ts';
import { Engine } from './engine.ts';
import { LuaMachine } from './lua/machine.ts';
import { CommandError, encode } from './reply.ts';
import { RequestParser } from './request-parser.ts';

export interface RedisOptions {
  /** 127.0.0.1 unless said otherwise. */
  host?: string;
  /** 0, the default, takes any free port. */
  port?: number;
  /** Notes every command with its options, for tests that ask what was used. */
  record?: boolean;
}

export interface RunningRedis {
  url: string;
  host: string;
  port: number;
  /** Commands with the options they were given, e.g. `SET NX GET PX`; empty unless recording. */
  asked(): string[];
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
  const engine = new Engine(await LuaMachine.start(), options.record ?? false);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(engine, socket);
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
  engine.port = port;
  const sweeper = setInterval(() => engine.sweep(), SWEEP_MS);
  sweeper.unref();
  return {
    url: `redis://${host}:${port}`,
    host,
    port,
    asked: () => [...(engine.asked ?? [])].sort(),
    stop: async () => {
      clearInterval(sweeper);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Answers one connection. What one chunk of bytes asked for is answered in one write. */
function serve(engine: Engine, socket: Socket): void {
  let pending = '';
  let collecting = false;
  const flush = () => {
    if (pending && socket.writable) socket.write(pending, 'latin1');
    pending = '';
  };
  const write = (bytes: string) => {
    pending += bytes;
    if (!collecting) flush();
  };
  const session = engine.open(`${socket.remoteAddress}:${socket.remotePort}`, write);
  const parser = new RequestParser();
  socket.on('data', (chunk: Buffer) => {
    collecting = true;
    try {
      for (const words of parser.push(chunk)) {
        const reply = engine.execute(session, words);
        if (reply !== answered) write(encode(reply, session.protocol));
        if (session.closing) break;
      }
    } catch (fault) {
      session.closing = true;
      const known = fault instanceof CommandError;
      write(encode(known ? fault : new CommandError(`ERR the embedded engine failed: ${fault}`), session.protocol));
    } finally {
      collecting = false;
      flush();
    }
    if (session.closing) socket.end();
  });
  // A client that breaks off has nothing more to be told; 'close' follows.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => engine.close(session));
}
