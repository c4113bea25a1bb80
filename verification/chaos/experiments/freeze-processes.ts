import { setTimeout as wait } from 'node:timers/promises';
import type { ChaosStack } from '../harness/stack.ts';

/** Stops processes, as Lambda does between two requests. @returns lets them go on */
export function freezeAll(pids: readonly number[]): () => void {
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGCONT');
      } catch {
        // Its time was over, and it was ended as it was.
      }
    }
  };
}

/** Which process began which event of `chaos.slow`, in that order. */
export async function begunRuns({ logged }: ChaosStack): Promise<{ event: string; pid: number }[]> {
  const lines = (await logged()).matchAll(/\{"level":"INFO","message":"begun","event":"([^"]+)","pid":(\d+)\}/g);
  return [...lines].map(([, event = '', pid]) => ({ event, pid: Number(pid) }));
}

/** @returns the first process that began one of the events @throws Error when none does */
export async function firstRunOf(stack: ChaosStack, events: ReadonlySet<string>, ms: number): Promise<number> {
  for (const end = performance.now() + ms; performance.now() < end; await wait(20)) {
    const run = (await begunRuns(stack)).find(({ event }) => events.has(event));
    if (run) return run.pid;
  }
  throw new Error('no consumer began to run the events');
}
