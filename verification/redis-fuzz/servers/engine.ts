import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A server that programs are sent to. */
export interface FuzzedServer {
  port: number;
  stop(): Promise<void>;
}

/** Starts the embedded engine beside this thread: one that hangs can be ended. */
export async function startEngine(): Promise<FuzzedServer> {
  const worker = new Worker(new URL('./engine-worker.ts', import.meta.url));
  const [port]: number[] = await once(worker, 'message');
  if (port === undefined) throw new Error('the engine did not say its port');
  return {
    port,
    async stop() {
      await worker.terminate();
    },
  };
}
