import { setTimeout as wait } from 'node:timers/promises';

/** Messages of the local SQS by where they are. */
export interface Held {
  waiting: number;
  inFlight: number;
}

/** All queues of the stack. https://github.com/kibertoad/fauxqs#queue-inspection */
export async function heldBy(sqsEndpoint: string): Promise<Map<string, Held>> {
  const ask = async (path: string) => (await fetch(`${sqsEndpoint}/_fauxqs/queues${path}`)).json();
  const queues = (await ask('')) as { name: string }[];
  const held = await Promise.all(
    queues.map(async ({ name }): Promise<[string, Held]> => {
      const { messages } = (await ask(`/${name}`)) as { messages: Record<'ready' | 'delayed' | 'inflight', unknown[]> };
      return [name, { waiting: messages.ready.length + messages.delayed.length, inFlight: messages.inflight.length }];
    }),
  );
  return new Map(held);
}

/**
 * Waits until no queue holds anything any more: the final drain, without which nothing can be said to be lost.
 * @returns how many messages were left when the time was over; 0 when all is drained
 */
export async function drained(sqsEndpoint: string, ms: number, progress: (left: number) => void): Promise<number> {
  const end = performance.now() + ms;
  for (;;) {
    const left = [...(await heldBy(sqsEndpoint)).values()].reduce((sum, one) => sum + one.waiting + one.inFlight, 0);
    if (left === 0 || performance.now() > end) return left;
    progress(left);
    await wait(250);
  }
}
