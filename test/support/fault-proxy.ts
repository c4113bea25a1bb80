import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface FaultProxy {
  /** The target's address with the proxy's port; MongoDB's is connected to directly, or the driver would go round the proxy. */
  readonly url: string;
  /** `pass`: as it is; `silent`: takes everything and answers nothing; a number: answers that many ms late. */
  mode: 'pass' | 'silent' | number;
  /** How many connections were made so far. */
  accepted: number;
  /** Cuts every connection. */
  cut(): void;
  /** Every connection of now stays open, and nothing comes through it any more: a gateway that forgot it. New ones are as ever. */
  forget(): void;
  /** Cuts the next connection that has answered so many bytes from now on, in the middle of an answer. */
  cutAfter(bytes: number): void;
  /** Cuts, and refuses new connections. */
  closePort(): Promise<void>;
  openPort(): Promise<void>;
  stop(): Promise<void>;
}

/** Stands between clients and a server, and misbehaves as it is told. @param target the server's URL */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const forgotten = new WeakSet<Socket>();
  let server: Server | undefined;
  let listening = 0;
  let bytesLeft = Number.POSITIVE_INFINITY;

  const answer = (downstream: Socket, bytes: Buffer) => {
    if (!downstream.writable) return;
    if (bytes.length < bytesLeft) {
      bytesLeft -= bytes.length;
      downstream.write(bytes);
      return;
    }
    downstream.write(bytes.subarray(0, bytesLeft), () => downstream.destroy());
    bytesLeft = Number.POSITIVE_INFINITY;
  };
  const serve = (downstream: Socket) => {
    proxy.accepted++;
    const upstream = connect(Number(port), hostname);
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
    downstream.on('data', (bytes) => {
      if (proxy.mode !== 'silent' && !forgotten.has(downstream)) upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (forgotten.has(downstream)) return;
      if (proxy.mode === 'pass') answer(downstream, bytes);
      else if (proxy.mode !== 'silent') setTimeout(answer, proxy.mode, downstream, bytes);
    });
  };

  const proxy: FaultProxy = {
    get url() {
      const url = new URL(target);
      url.port = String(listening);
      if (url.protocol === 'mongodb:') url.search = '?directConnection=true';
      return url.href;
    },
    mode: 'pass',
    accepted: 0,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    forget() {
      for (const socket of sockets) forgotten.add(socket);
    },
    cutAfter(bytes) {
      bytesLeft = bytes;
    },
    async closePort() {
      const closed = new Promise((resolve) => server?.close(resolve));
      proxy.cut();
      await closed;
      server = undefined;
    },
    async openPort() {
      server = createServer(serve).listen(listening, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      listening = typeof address === 'object' && address ? address.port : 0;
    },
    async stop() {
      if (server) await proxy.closePort();
    },
  };
  await proxy.openPort();
  return proxy;
}
