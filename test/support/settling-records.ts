import type { LastWord } from '../../lib/core/failure.ts';
import type { Records } from '../../lib/ports/records.ts';
import type { Settlement } from '../../lib/ports/transaction.ts';

export interface SettlingRecords extends Records {
  readonly settled: Settlement[];
  /** Why records were closed to further runs. */
  readonly closed: LastWord[];
}

/** Records of which nothing is known before, and under whose condition every write holds; for what is decided without a database. */
export function settlingRecords(): SettlingRecords {
  const settled: Settlement[] = [];
  const closed: LastWord[] = [];
  return {
    settled,
    closed,
    find: async () => new Map(),
    begin: () => ({
      collection: () => {
        throw new Error('there is no database');
      },
      failure: undefined,
      writes: 0,
      drain: async () => undefined,
      settle: async (settlements) => {
        settled.push(...settlements);
        return 'settled';
      },
      abort: async () => undefined,
    }),
    mark: async () => new Set(),
    withdraw: async () => undefined,
    recordAttempt: async () => null,
    countReturn: async () => null,
    recordReturn: async () => false,
    fail: async (_, __, ___, lastWord) => {
      closed.push(lastWord);
      return true;
    },
    markProjected: async () => undefined,
  };
}
