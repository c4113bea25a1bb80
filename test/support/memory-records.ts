import type { SettledRecord, SettledRecords } from '../../lib/ports/settled-records.ts';

export interface MemoryRecords extends SettledRecords {
  /** Settles an event, or the same one again. */
  settle(record: SettledRecord): void;
}

/** Records in memory, read in pages by key as MongoDB's are: a page holds what is there when it is asked for. */
export function memoryRecords({ page = 3 }: { page?: number } = {}): MemoryRecords {
  const all = new Map<string, SettledRecord>();
  return {
    settle: (record) => void all.set(record.key, record),
    async *pages() {
      for (let after = ''; ; ) {
        const some = [...all.values()]
          .filter(({ key }) => key > after)
          .toSorted((a, b) => (a.key < b.key ? -1 : 1))
          .slice(0, page);
        const last = some.at(-1);
        if (!last) return;
        after = last.key;
        yield some;
      }
    },
    projected: async (keys) => new Set(keys.filter((key) => all.get(key)?.projected)),
    markProjected: async (keys) => {
      for (const key of keys) {
        const record = all.get(key);
        if (record) all.set(key, { ...record, projected: true });
      }
    },
  };
}
