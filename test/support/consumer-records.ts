import { DependencyError } from '../../lib/core/errors.ts';
import type { Message } from '../../lib/core/message.ts';
import type { EventRecord, KnownRecord, Records } from '../../lib/ports/records.ts';
import type { Transaction } from '../../lib/ports/transaction.ts';
import type { MemoryDatabase } from './memory-database.ts';

/** The same while MongoDB may be down: whatever is asked of it then is not answered. */
export function reached(records: Records, isDown: () => boolean): Records {
  const check = async (): Promise<void> => {
    if (isDown()) throw new DependencyError('mongodb', 'no answer');
  };
  return {
    find: async (...given) => check().then(() => records.find(...given)),
    begin: (...given) => {
      const transaction = records.begin(...given);
      const settle: Transaction['settle'] = async (...settled) => check().then(() => transaction.settle(...settled));
      // Whatever else it says is what it says at that moment.
      return Object.create(transaction, { settle: { value: settle } });
    },
    mark: async (...given) => check().then(() => records.mark(...given)),
    withdraw: async (...given) => check().then(() => records.withdraw(...given)),
    recordAttempt: async (...given) => check().then(() => records.recordAttempt(...given)),
    recordReturn: async (...given) => check().then(() => records.recordReturn(...given)),
    countReturn: async (...given) => check().then(() => records.countReturn(...given)),
    fail: async (...given) => check().then(() => records.fail(...given)),
    markProjected: async (...given) => check().then(() => records.markProjected(...given)),
  };
}

/** Records that are nowhere else, as a consumer sees them. @param database where its handlers write */
export function recordsIn(all: Map<string, EventRecord>, database: MemoryDatabase): Records {
  const change = (key: string, message: Message, change: (record: EventRecord) => Partial<EventRecord>) => {
    const record = all.get(key) ?? firstRecord(key, message);
    if (record.state !== 'retrying') return null;
    const next = structuredClone({ ...record, ...change(record) });
    all.set(key, next);
    return next;
  };
  return {
    find: async (keys) => {
      const found = keys.flatMap((key): [string, KnownRecord][] => {
        const record = all.get(key);
        return record ? [[key, record]] : [];
      });
      return new Map(found);
    },
    begin: (tenant, _, inserts) =>
      database.begin(
        tenant,
        (settlements) => {
          if (settlements.some(({ key }) => (all.get(key)?.state ?? 'retrying') !== 'retrying')) return 'refused';
          for (const { key, message, outcome, attempt, result, rejection, projections } of settlements)
            change(key, message, ({ attempts }) => ({
              state: outcome,
              attempts: [...attempts, attempt],
              ...(result !== undefined && { result }),
              ...(rejection && { rejection }),
              ...(projections && { projections: JSON.stringify(projections) }),
            }));
          return 'settled';
        },
        inserts,
      ),
    mark: async () => new Set(),
    withdraw: async () => undefined,
    recordAttempt: async (key, message, attempt, _, { known }) =>
      (all.get(key)?.attempts.length ?? 0) === (known?.attempts.length ?? 0)
        ? change(key, message, ({ attempts }) => ({ attempts: [...attempts, attempt] }))
        : null,
    recordReturn: async (key, message, asked) => change(key, message, () => asked) !== null,
    countReturn: async (key, message) => {
      const record = change(key, message, ({ returns = 0 }) => ({ returns: returns + 1 }));
      return record && (record.returns ?? 0);
    },
    fail: async (key, message, more, lastWord) =>
      change(key, message, ({ attempts }) => ({ state: 'failing', lastWord, attempts: [...attempts, ...more] })) !==
      null,
    markProjected: async () => undefined,
  };
}

function firstRecord(_id: string, message: Message): EventRecord {
  const { tenant, source, id, type, time, recordedtime, fingerprint, replay } = message;
  return {
    ...{ _id, tenant, source, id, type, time, recordedtime, fingerprint, replay },
    extensions: JSON.stringify(message.extensions),
    data: JSON.stringify(message.data),
    state: 'retrying',
    attempts: [],
  };
}
