import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What is left serves commands that make room. */
const SHARE = 0.85;
/** Bytes that may come in before it is looked at again: many times as much may become of them. */
const UNSEEN = 1024 * 1024;
/** Collecting may take a fifth of the time: it is the longer the more is held. */
const PAUSE = 4;

/** What a process holds of what it may use. */
export interface Usage {
  used: number;
  limit: number;
}

const MEGABYTE = 1024 * 1024;
const youngSpaces = new Set(['new_space', 'new_large_object_space']);

/** What `--max-old-space-size` allows, which is less than the limit that V8 names: that counts what was made just now too. */
function allowedByFlag(): number {
  const flags = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(' ')];
  const found = flags.map((flag) => /^--max[-_]old[-_]space[-_]size=(\d+)$/.exec(flag)?.[1]).find(Boolean);
  return found === undefined ? Number.POSITIVE_INFINITY : Number(found) * MEGABYTE;
}

/** Large strings and what sockets read and write lie outside the heap, and count like what lies in it for long. */
export function processMemory(): Usage {
  const { external_memory, heap_size_limit } = getHeapStatistics();
  const inHeap = getHeapSpaceStatistics()
    .filter(({ space_name }) => !youngSpaces.has(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
  return { used: inHeap + external_memory, limit: Math.min(heap_size_limit, allowedByFlag()) };
}

/** Frees what nobody holds any more. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  setFlagsFromString('--no-expose-gc');
}

/** Whether the data fill what this process may use: it has no other `maxmemory`, and would end without a word. */
export class MemoryGuard {
  readonly #usage: () => Usage;
  readonly #collect: () => void;
  readonly #now: () => number;
  #unseen = 0;
  #collectAgainAt = Number.NEGATIVE_INFINITY;
  #short = false;

  constructor(usage = processMemory, collect = collectGarbage, now = () => performance.now()) {
    this.#usage = usage;
    this.#collect = collect;
    this.#now = now;
  }

  /** Nothing is left for commands that need some. */
  get short(): boolean {
    return this.#short;
  }

  /** Notes bytes that came in. */
  take(bytes: number): void {
    this.#unseen += bytes;
    if (this.#unseen >= UNSEEN) this.look();
  }

  look(): void {
    this.#unseen = 0;
    this.#short = this.#full();
    const start = this.#now();
    if (!this.#short || start < this.#collectAgainAt) return;
    this.#collect();
    const end = this.#now();
    this.#collectAgainAt = end + PAUSE * (end - start);
    this.#short = this.#full();
  }

  #full(): boolean {
    const { used, limit } = this.#usage();
    return used > SHARE * limit;
  }
}
