import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between clients and a server, and counts what they ask. */
export interface CountingProxy {
  /** The server's address with the proxy's port; MongoDB's is connected to directly, or the driver would go round it. */
  url: string;
  /** Commands since it was asked last, by name. */
  counts(): ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** Reads one connection. @param heard hears the name of each command */
type Frames = (heard: (command: string) => void) => (chunk: Buffer) => void;

/** @param target the server's URL */
export async function startCountingProxy(target: string, frames: Frames): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let counted = new Map<string, number>();
  const server = createServer((downstream) => {
    const upstream = connect(Number(port), hostname);
    const read = frames((command) => counted.set(command, (counted.get(command) ?? 0) + 1));
    for (const socket of [downstream, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        upstream.destroy();
        downstream.destroy();
      });
    }
    downstream.on('data', (chunk) => {
      read(chunk);
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => void downstream.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  if (url.protocol === 'mongodb:') url.search = '?directConnection=true';
  return {
    url: url.href,
    counts() {
      const counts = counted;
      counted = new Map();
      return counts;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** How many there were in all, or of one name. */
export const countOf = (counts: ReadonlyMap<string, number>, command?: string): number =>
  command === undefined ? [...counts.values()].reduce((sum, count) => sum + count, 0) : (counts.get(command) ?? 0);
