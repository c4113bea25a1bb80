import { jointMs, RESERVE_MS } from '../core/function-time.ts';
import type { Batch } from './batch.ts';

/** The time that all joint runs of one invocation have together (protocol: joint-time). */
export interface JointTime {
  /** Milliseconds that handlers have yet. */
  handlersMs(): number;
  /** Milliseconds until the last of them must be committed, or given up. */
  leftMs(): number;
}

/** Of its time a joint run keeps back one part in so many to settle and commit, and at least so much. */
const SETTLE_PART = 4;
const LEAST_SETTLE_MS = 1000;

/** Begins now. Behind it every event finds its whole time, whatever became of the joint runs. */
export function jointTime({ options: { definition }, ports: { clock }, remainingMs }: Batch): JointTime {
  const most = jointMs(definition);
  const spare = remainingMs() - definition.queue.timeout * 1000 - RESERVE_MS;
  const until = clock.now() + Math.min(most, spare);
  const leftMs = (): number => until - clock.now();
  return { leftMs, handlersMs: () => leftMs() - Math.max(LEAST_SETTLE_MS, most / SETTLE_PART) };
}
