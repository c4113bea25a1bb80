import { connect, createServer, type Server, type Socket } from 'node:net';

export interface FaultyProxy {
  url: string;
  /** `pass`: as it is; `silent`: takes everything and answers nothing; a number: answers that many ms late. */
  mode: 'pass' | 'silent' | number;
  /** How many connections were made so far. */
  accepted: number;
  /** Cuts every connection. */
  cut(): void;
  /** Cuts, and refuses new connections. */
  closePort(): Promise<void>;
  openPort(): Promise<void>;
  stop(): Promise<void>;
}

/** Stands between a client and a server, and misbehaves as it is told. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let listening = 0;

  const serve = (downstream: Socket) => {
    proxy.accepted++;
    const upstream = connect(Number(port), hostname);
    for (const socket of [downstream, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        upstream.destroy();
        downstream.destroy();
      });
    }
    downstream.on('data', (bytes) => {
      if (proxy.mode !== 'silent') upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (proxy.mode === 'pass') downstream.write(bytes);
      else if (proxy.mode !== 'silent') setTimeout(() => downstream.writable && downstream.write(bytes), proxy.mode);
    });
  };

  const proxy: FaultyProxy = {
    url: '',
    mode: 'pass',
    accepted: 0,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async closePort() {
      const closed = new Promise((resolve) => server?.close(resolve));
      proxy.cut();
      await closed;
      server = undefined;
    },
    async openPort() {
      const opened = createServer(serve);
      await new Promise<void>((resolve) => opened.listen(listening, '127.0.0.1', resolve));
      const address = opened.address();
      listening = typeof address === 'object' && address ? address.port : 0;
      proxy.url = `redis://127.0.0.1:${listening}`;
      server = opened;
    },
    async stop() {
      if (server) await proxy.closePort();
    },
  };
  await proxy.openPort();
  return proxy;
}
