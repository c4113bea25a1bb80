import { getHeapStatistics } from 'node:v8';

/** What is left serves commands that make room. */
const SHARE = 0.85;

/** Whether the data fill what this process may use: it has no other `maxmemory`, and would end without a word. */
export function memoryIsShort(): boolean {
  const { used_heap_size, heap_size_limit } = getHeapStatistics();
  return used_heap_size > SHARE * heap_size_limit;
}
