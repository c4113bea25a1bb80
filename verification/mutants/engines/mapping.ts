import type { Mutant } from '../mutant.ts';

const contract = 'test/local/stack/mapping/mapping.contract.test.ts';

const deletion = 'test/local/stack/mapping/deletion.contract.test.ts';
const inHand = 'test/local/stack/mapping/in-hand.contract.test.ts';
const ordered = 'test/local/stack/mapping/ordered.contract.test.ts';
const found = 'test/local/stack/mapping/mutants-found.contract.test.ts';

const mappings = 'local/stack/mapping/mapping.ts';
const receive = 'local/stack/mapping/receive.ts';

const faults: Omit<Mutant, 'engine'>[] = [
  {
    name: 'failures of a batch are ignored',
    file: mappings,
    search: '!failed.has(messageId)',
    replace: 'failed',
    caughtBy: contract,
    title: 'one failure leaves that message',
  },
  {
    name: 'a batch that throws is deleted',
    file: mappings,
    search: '    return [];\n',
    replace: '    return records.map(({ receiptHandle }) => receiptHandle);\n',
    caughtBy: contract,
    title: 'a thrown error returns the whole batch',
  },
  {
    name: 'concurrency has no limit',
    file: mappings,
    search:
      'if (invoked.size >= concurrency) await oneOf(invoked, signal);\n      if (open.size >= OPEN_TIMES * concurrency)',
    replace: 'if (open.size >= 1000 * concurrency)',
    caughtBy: found,
    title: 'maximum concurrency',
  },
  {
    name: 'stopping leaves invocations under way',
    file: mappings,
    search: 'await Promise.all(under.open);',
    replace: '',
    caughtBy: inHand,
    title: 'settles the invocation under way',
  },
  {
    name: 'the next batch waits for a deletion',
    file: mappings,
    search: 'if (invoked.size >= concurrency) await oneOf(invoked, signal);',
    replace: 'if (open.size >= concurrency) await oneOf(open, signal);',
    caughtBy: deletion,
    title: 'a place is free when its invocation has ended',
  },
  {
    name: 'batches that wait for a deletion have no bound',
    file: mappings,
    search: 'const OPEN_TIMES = 2;',
    replace: 'const OPEN_TIMES = 1000;',
    caughtBy: deletion,
    title: 'while SQS deletes nothing',
  },
  {
    name: 'more than 6 MB in an invocation',
    file: receive,
    search: 'sum > INVOCATION_BYTES',
    replace: 'sum < 0',
    caughtBy: contract,
    title: 'takes 6 MB at most',
  },
  {
    name: 'what does not fit is lost',
    file: receive,
    search: 'left: held.slice(over)',
    replace: 'left: []',
    caughtBy: contract,
    title: 'takes 6 MB at most',
  },
  {
    name: 'a window is not waited for',
    file: receive,
    search: 'Math.max(batchWindow * 1000,',
    replace: 'Math.max(0,',
    caughtBy: contract,
    title: 'a window gathers',
  },
  {
    name: 'a batch does not fill while its function is busy',
    file: receive,
    search: 'busy?.() ? BUSY_MS : 0',
    replace: '0',
    caughtBy: contract,
    title: 'while its function is busy',
  },
  {
    name: 'an ordered queue has a window while its function is busy',
    file: mappings,
    search: '!fifo && invoked.size > 0',
    replace: 'invoked.size > 0',
    caughtBy: ordered,
    title: 'there is no window',
  },
  {
    name: 'a window is always waited out',
    file: receive,
    search: 'Math.min(quietMs, remaining)',
    replace: 'remaining',
    caughtBy: contract,
    title: 'a window ends when nothing has come',
  },
  {
    name: 'no batch over 10',
    file: receive,
    search: 'receiveBatch(options: ReceiveOptions, before: readonly Held[]): Promise<Received> {',
    replace:
      'receiveBatch(given: ReceiveOptions, before: readonly Held[]): Promise<Received> {\n' +
      'const options = { ...given, batchSize: Math.min(given.batchSize, 10) };',
    caughtBy: contract,
    title: 'a batch over 10',
  },
  {
    name: 'an unknown id fails nothing',
    file: 'local/stack/mapping/response.ts',
    search: 'if (id === undefined || !all.has(id)) return all;',
    replace: 'if (id === undefined) return all;',
    caughtBy: contract,
    title: 'not in the batch leaves all',
  },
  {
    name: 'a misspelt key fails nothing',
    file: 'local/stack/mapping/response.ts',
    search: 'if (id === undefined || !all.has(id)) return all;',
    replace: 'if (id === undefined) continue;',
    caughtBy: contract,
    title: 'a misspelt key of an id',
  },
  {
    name: 'what was in hand too long is handed out',
    file: receive,
    search: 'one.until > clock.now()',
    replace: 'one.until > 0',
    caughtBy: inHand,
    title: 'waited for a place until its visibility ended',
    seconds: 30,
  },
  {
    name: 'a mapping that stops keeps what is in hand',
    file: mappings,
    search: 'await release(left);',
    replace: '',
    caughtBy: inHand,
    title: 'makes visible at once what no invocation has',
  },
  {
    name: 'what does not fit overtakes its group',
    file: mappings,
    search: 'if (fifo && left.length > 0)',
    replace: 'if (false)',
    caughtBy: ordered,
    title: 'over 6 MB of one group',
  },
];

export const mapping: readonly Mutant[] = faults.map((fault) => ({ ...fault, engine: 'mapping' }));
