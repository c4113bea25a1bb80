import type { Mutant } from '../mutant.ts';

const transactions = 'test/local/engines/mongo/transactions.contract.test.ts';
const conflicts = 'test/local/engines/mongo/conflicts.contract.test.ts';
const leftOpen = 'test/local/engines/mongo/sessions.contract.test.ts';
const indexes = 'test/local/engines/mongo/indexes.contract.test.ts';
const retryable = 'test/local/engines/mongo/retryable.contract.test.ts';
const batches = 'test/local/engines/mongo/cursors.contract.test.ts';

const collection = 'local/engines/mongo/storage/collection.ts';
const record = 'local/engines/mongo/storage/record.ts';
const unique = 'local/engines/mongo/storage/unique.ts';
const sessions = 'local/engines/mongo/transaction/sessions.ts';
const cursors = 'local/engines/mongo/cursors.ts';
const ttl = 'local/engines/mongo/ttl.ts';

const faults: Omit<Mutant, 'engine'>[] = [
  {
    name: 'two open transactions write one document',
    file: collection,
    search: 'if (record.writer !== null && record.writer !== transaction) {',
    replace: 'if (record.writer !== null && !transaction) {',
    caughtBy: conflicts,
    title: 'second of two open writers',
  },
  {
    name: 'a write outside does not wait for an open transaction',
    file: collection,
    search: 'if (record.writer !== null && record.writer !== transaction) {',
    replace: 'if (transaction && record.writer !== null && record.writer !== transaction) {',
    caughtBy: conflicts,
    title: 'outside a transaction waits',
  },
  {
    name: 'a write on what was committed after the snapshot goes through',
    file: collection,
    search: 'changedAt(record) > transaction.time',
    replace: 'changedAt(record) > Number.POSITIVE_INFINITY',
    caughtBy: conflicts,
    title: 'what was committed after the snapshot',
  },
  {
    name: 'an abort commits',
    file: sessions,
    search: 'this.#store.abort(transaction.open);',
    replace: 'this.#store.commit(transaction.open);',
    caughtBy: transactions,
    title: 'abort takes everything back',
  },
  {
    name: 'an abort leaves keys in the indexes',
    file: collection,
    search: 'if (undone !== null) this.#removeKeys(record, [undone]);',
    replace: '',
    caughtBy: transactions,
    title: 'abort takes everything back',
  },
  {
    name: 'a commit is acknowledged and lost',
    file: sessions,
    search: 'this.#store.commit(transaction.open);',
    replace: 'this.#store.abort(transaction.open);',
    caughtBy: transactions,
    title: 'all together',
  },
  {
    name: 'a commit keeps only the first write',
    file: 'local/engines/mongo/storage/store.ts',
    search: 'of transaction.writes) collection.commit(record, time);',
    replace:
      'of [...transaction.writes].slice(0, 1)) collection.commit(record, time);\n' +
      'for (const [record, collection] of [...transaction.writes].slice(1)) collection.rollback(record);',
    caughtBy: transactions,
    title: 'all together',
  },
  {
    name: 'an insert escapes its transaction',
    file: 'local/engines/mongo/commands/insert.ts',
    search: "document, 'insert', transaction);",
    replace: "document, 'insert', null);",
    caughtBy: transactions,
    title: 'all together',
  },
  {
    name: 'uncommitted writes are read',
    file: record,
    search: 'if (record.writer !== null && record.writer === view.writer)',
    replace: 'if (record.writer !== null)',
    caughtBy: transactions,
    title: 'all together',
  },
  {
    name: 'a transaction reads what others commit',
    file: record,
    search: 'version && version.time <= view.time',
    replace: 'version',
    caughtBy: transactions,
    title: 'snapshot of the first operation',
  },
  {
    name: 'two open transactions insert one unique key',
    file: unique,
    search: "if (other.writer !== null && now !== stands(other.pending)) return 'conflict';",
    replace: '',
    caughtBy: conflicts,
    title: 'two that insert one unique key',
  },
  {
    name: 'a unique index does not bind outside transactions',
    file: collection,
    search: "if (conflict === 'duplicate') throw",
    replace: "if (conflict === 'duplicate' && transaction) throw",
    caughtBy: indexes,
    title: 'a unique index refuses',
  },
  {
    name: 'a unique index does not bind in transactions',
    file: collection,
    search: "if (conflict === 'duplicate') throw",
    replace: "if (conflict === 'duplicate' && !transaction) throw",
    caughtBy: conflicts,
    title: 'unique key committed before the snapshot',
  },
  {
    name: 'a transaction goes on after a failed statement',
    file: 'local/engines/mongo/dispatch.ts',
    search: "'writeErrors' in answer",
    replace: 'false',
    caughtBy: transactions,
    title: 'an error of the server ends the transaction',
  },
  {
    name: 'a transaction stays when its connection drops',
    file: 'local/engines/mongo/connection.ts',
    search: 'services.sessions.dropConnection(id)',
    replace: 'undefined',
    caughtBy: 'test/local/engines/mongo/differences.contract.test.ts',
    title: 'connection drops',
  },
  {
    name: 'endSessions leaves transactions open',
    file: 'local/engines/mongo/commands/transactions.ts',
    search: 'context.services.sessions.end(lsid);',
    replace: '',
    caughtBy: leftOpen,
    title: 'endSessions aborts',
  },
  {
    name: 'a lower transaction number is taken',
    file: 'local/engines/mongo/transaction/enter.ts',
    search: 'if (number < session.number)',
    replace: 'if (number < 0n)',
    caughtBy: retryable,
    title: 'a lower one is too old',
  },
  {
    name: 'a retried write runs twice',
    file: 'local/engines/mongo/commands/statements.ts',
    search: 'before ?? (await run(statement))',
    replace: 'await run(statement)',
    caughtBy: retryable,
    title: 'update sent twice runs once',
  },
  {
    name: 'a retried findAndModify runs twice',
    file: 'local/engines/mongo/commands/find-and-modify.ts',
    search: 'if (before) return',
    replace: 'if (false) return',
    caughtBy: retryable,
    title: 'findAndModify sent twice runs once',
  },
  {
    name: 'a TTL index deletes early',
    file: ttl,
    search: 'now - expireAfterSeconds * 1000',
    replace: 'now + expireAfterSeconds * 1000',
    caughtBy: indexes,
    title: 'a TTL index deletes',
  },
  {
    name: 'a TTL index never deletes',
    file: ttl,
    search: 'now - expireAfterSeconds * 1000',
    replace: '-1',
    caughtBy: indexes,
    title: 'a TTL index deletes',
  },
  {
    name: 'a partial index holds everything',
    file: 'local/engines/mongo/storage/collection-index.ts',
    search: 'if (this.#partial && !this.#partial(document)) return [];',
    replace: '',
    caughtBy: indexes,
    title: 'a partial index binds',
  },
  {
    name: 'a partial index answers for what it does not hold',
    file: 'local/engines/mongo/plan/plan.ts',
    search: '!implies(constraints, partialFilterExpression)',
    replace: 'false',
    caughtBy: indexes,
    title: 'a partial index binds',
  },
  {
    name: 'a sort by an index goes the wrong way',
    file: 'local/engines/mongo/plan/plan.ts',
    search: "(turn) => turn === -1) ? 'backwards'",
    replace: "(turn) => turn === -1) ? 'forwards'",
    caughtBy: 'test/local/engines/mongo/mutants-found.contract.test.ts',
    title: 'an index sorts upwards',
  },
  {
    name: 'getMore loses a document',
    file: cursors,
    search: 'const document = cursor.next ?? advance(cursor);',
    replace: 'const document = advance(cursor);',
    caughtBy: batches,
    title: 'every document once',
  },
  {
    name: 'getMore brings a document twice',
    file: cursors,
    search: 'nextBatch: batch,',
    replace: 'nextBatch: [...batch.slice(0, 1), ...batch],',
    caughtBy: batches,
    title: 'every document once',
  },
  {
    name: 'an upsert inserts twice',
    file: 'local/engines/mongo/commands/modify.ts',
    search: 'insertDocument(context, target.name, document);',
    replace:
      'insertDocument(context, target.name, document);\n' +
      '    insertDocument(context, target.name, { ...document, _id: String(document._id) });',
    caughtBy: retryable,
    title: 'upsert sent twice runs once',
  },
  {
    name: 'an ordered bulk goes on after an error',
    file: 'local/engines/mongo/commands/statements.ts',
    search: 'if (ordered || context.role.transaction) break;',
    replace: '',
    caughtBy: 'test/local/engines/mongo/writes.contract.test.ts',
    title: 'an ordered insertMany stops',
  },
];

export const mongo: readonly Mutant[] = faults.map((fault) => ({ ...fault, engine: 'mongo' }));
