import { AsyncLocalStorage } from 'node:async_hooks';
import type { SQSClient } from '@aws-sdk/client-sqs';

const ends = new AsyncLocalStorage<AbortSignal>();
/** The longest time that a timer takes. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Does work whose requests all end when its time is over, wherever they are then.
 * @param deadline epoch ms
 */
export async function endingAt<Value>(deadline: number, work: () => Promise<Value>): Promise<Value> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), Math.min(LONGEST_MS, Math.max(0, deadline - Date.now())));
  try {
    return await ends.run(end.signal, work);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Lets a client's requests hear of that end. It is not given with a call, because the SDK puts its middleware together anew for a call that
 * has options, and for one without only once (`cacheMiddleware`).
 * @param client before its first request
 */
export function hearEnd({ config }: SQSClient): void {
  const { requestHandler } = config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = (request, options) => {
    const abortSignal = ends.getStore();
    return handle(request, abortSignal ? { ...options, abortSignal } : options);
  };
}
