import { collectGarbage } from '../../stack/collect-garbage.ts';

/** Of one process, in bytes. */
export interface UsedMemory {
  /** What the system gave it. */
  rss: number;
  /** What its objects take after the garbage is collected, and buffers outside the heap. */
  live: number;
}

/** The memory of this process, with its garbage collected first: only then does it say what is kept. */
export function usedMemory(): UsedMemory {
  collectGarbage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, live: heapUsed + external };
}
