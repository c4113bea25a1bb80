import type { ConsumePorts } from '../../../lib/consume/ports.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import type { Records } from '../../../lib/ports/records.ts';
import type { Transaction } from '../../../lib/ports/transaction.ts';
import type { Scheduler } from './scheduler.ts';

/** Whoever makes the steps. */
export type Stepping = Pick<Scheduler, 'step' | 'rarely'>;

/**
 * The ports of one run of a consumer: every call that leaves the process is a step of this actor.
 * @param now its time, in milliseconds since the epoch
 */
export function scheduledPorts(
  ports: ConsumePorts,
  scheduler: Stepping,
  actor: string,
  now: () => number,
): ConsumePorts {
  const stepping = <Port extends object>(name: string, port: Port): Port =>
    proxyOf(port, (method, call) => scheduler.step(actor, `${name}.${method}`, call));
  const clock: Clock = {
    now,
    // How long is for the seed to say. What can be called off is a limit; the rest are pauses between tries.
    sleep: (_, signal) =>
      signal ? scheduler.rarely(actor, 'time is up', signal) : scheduler.step(actor, 'pause', async () => {}),
  };
  return {
    ...ports,
    records: scheduledRecords(ports.records, scheduler, actor),
    results: stepping('results', ports.results),
    projections: stepping('projections', ports.projections),
    publisher: stepping('publisher', ports.publisher),
    queue: stepping('queue', ports.queue),
    clock,
  };
}

function scheduledRecords(records: Records, scheduler: Stepping, actor: string): Records {
  const stepping = proxyOf(records, (method, call) => scheduler.step(actor, `records.${method}`, call));
  return {
    ...bound(stepping),
    begin: (...given) => scheduledTransaction(records.begin(...given), scheduler, actor),
  };
}

function scheduledTransaction(transaction: Transaction, scheduler: Stepping, actor: string): Transaction {
  return {
    get failure() {
      return transaction.failure;
    },
    get writes() {
      return transaction.writes;
    },
    collection: (name) =>
      proxyOf(transaction.collection(name), (method, call) => scheduler.step(actor, `${name}.${method}`, call)),
    drain: () => transaction.drain(),
    settle: (...given) => scheduler.step(actor, 'transaction.settle', () => transaction.settle(...given)),
    abort: () => scheduler.step(actor, 'transaction.abort', () => transaction.abort()),
  };
}

/** Methods that return promises, each behind `around`. */
export function proxyOf<Port extends object>(
  port: Port,
  around: (method: string, call: () => Promise<unknown>) => Promise<unknown>,
): Port {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => around(String(name), async () => Reflect.apply(value, target, args));
    },
  });
}

/** The methods of a proxy as an object of its own, so that one of them can be replaced. */
const bound = (records: Records): Records => ({
  find: (keys) => records.find(keys),
  begin: (...given) => records.begin(...given),
  mark: (marks) => records.mark(marks),
  withdraw: (marks) => records.withdraw(marks),
  recordAttempt: (...given) => records.recordAttempt(...given),
  recordReturn: (...given) => records.recordReturn(...given),
  countReturn: (...given) => records.countReturn(...given),
  fail: (...given) => records.fail(...given),
  markProjected: (keys) => records.markProjected(keys),
});
