import { expect, test } from 'vitest';
import { type HandlePorts, handle, type Runnable } from '../../../lib/consume/handle.ts';
import { timeLimit } from '../../../lib/consume/within-time.ts';
import type { Transaction } from '../../../lib/ports/transaction.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { definitionOf } from '../../support/definitions.ts';

const turning = () => ({ toString: () => 'parcels' });

test.each([
  ['constructor', 'constructor'],
  ['toString', 'toString'],
  ['__proto__', '__proto__'],
  ['hasOwnProperty', 'hasOwnProperty'],
  ['what is no text', turning()],
  ['a symbol', Symbol('parcels')],
])(
  'entry 8: a name that every object has, and what is none, is no collection and no projection: %s',
  async (_, name) => {
    const thrown: unknown[] = [];
    const ask = async (what: () => unknown) => {
      try {
        await what();
      } catch (error) {
        thrown.push(error);
      }
    };
    const definition = defineEvent({
      ...definitionOf('parcel.sent'),
      collections: { parcels: {} },
      projections: { parcels: { kind: 'counter' } },
      handle: async (_, context) => {
        // JavaScript, or a cast, can ask for any name.
        const given = name as unknown as 'parcels';
        await ask(() => context.collection(given));
        await ask(() => context.project(given).incrby('all', 1));
        await ask(() => context.redis.counter(given, 'all'));
      },
    });
    // What handle() uses of an event, of its ports and of a transaction.
    const runnable = {
      state: { key: 'k', message: { tenant: 't' } },
      sensitive: [],
      eventForRun: () => ({ id: 'e' }),
    } as unknown as Runnable;
    const clock = { now: () => 0, sleep: () => new Promise<void>(() => undefined) };
    const ports = { clock, env: {} } as unknown as HandlePorts;
    const transaction = { drain: async () => undefined } as unknown as Transaction;
    await handle([runnable], definition, ports, transaction, timeLimit(1, 1000, clock));
    expect(thrown).toMatchObject([
      { code: 'collection-misused' },
      { code: 'projection-misused' },
      { code: 'projection-unknown' },
    ]);
  },
);

test('the list of a batch cannot be turned round in its place: results are told apart by their places', async () => {
  const definition = defineEvent({
    ...definitionOf('parcel.sent'),
    handle: undefined,
    // JavaScript, or a cast, does not know that it is to be read alone.
    handleBatch: async (events) => (events as unknown[]).reverse().map(() => undefined),
  });
  const runnable = { state: { key: 'k', message: { tenant: 't' } }, sensitive: [], eventForRun: () => ({ id: 'e' }) };
  const clock = { now: () => 0, sleep: () => new Promise<void>(() => undefined) };
  const ports = { clock, env: {} } as unknown as HandlePorts;
  const transaction = { drain: async () => undefined } as unknown as Transaction;
  const events = [runnable, runnable] as unknown as Runnable[];
  await expect(handle(events, definition, ports, transaction, timeLimit(1, 1000, clock))).rejects.toThrow(TypeError);
});

test('entry 5: results of a batch are read by their places, once, whatever the list says of itself', async () => {
  const settled = async (list: unknown) => {
    const definition = defineEvent({
      ...definitionOf('parcel.sent'),
      handle: undefined,
      handleBatch: async () => list as [],
    });
    const runnable = { state: { key: 'k', message: { tenant: 't' } }, sensitive: [], eventForRun: () => ({ id: 'e' }) };
    const clock = { now: () => 0, sleep: () => new Promise<void>(() => undefined) };
    const ports = { clock, env: {} } as unknown as HandlePorts;
    const transaction = { drain: async () => undefined } as unknown as Transaction;
    return handle([runnable as unknown as Runnable], definition, ports, transaction, timeLimit(1, 1000, clock));
  };
  const other = Object.assign([1], {
    *[Symbol.iterator]() {
      yield 2;
    },
  });
  expect(await settled(other)).toMatchObject([{ outcome: 'succeeded', result: '1' }]);
  const odd = new Proxy([1], { get: (list, name) => (name === 'length' ? Symbol('one') : Reflect.get(list, name)) });
  await expect(settled(odd)).rejects.toMatchObject({ code: 'invalid-result' });
});
