import type { Transaction } from '../../../lib/ports/transaction.ts';
import { proxyOf, type Stepping } from '../harness/scheduled-ports.ts';

/** Where a process ends: before its n-th call of this name goes out, or after that has taken effect and before the answer is heard. */
export interface Boundary {
  step: string;
  nth: number;
  side: 'before' | 'after';
}

export const nameOf = ({ step, nth, side }: Boundary): string => `${side} ${step} ${nth}`;

/** One run of a function. Every call of its that leaves the process is a step; after its death none goes out, and none is answered. */
export interface Life extends Stepping {
  /** Steps by name, in the order in which they were begun. */
  readonly made: readonly string[];
  readonly died: Promise<void>;
  readonly isDead: boolean;
  /** Those that it began. */
  readonly transactions: Transaction[];
  /** Does what its environment did before: no call of that is a step. */
  earlier<Value>(work: () => Promise<Value>): Promise<Value>;
  /** Resolves when what had gone out has taken effect. */
  quiet(): Promise<void>;
  /** And what it left open is ended, as the server ends transactions of those that are gone. */
  bury(): Promise<void>;
}

const never = <Value>(): Promise<Value> => new Promise(() => undefined);

/**
 * @param death absent: it lives to its end
 * @param whenDead what ends it; the process itself, where it is one of its own
 * @param begun hears of each step
 */
export function startLife(
  death?: Boundary,
  whenDead: () => void = () => {},
  begun: (step: string) => void = () => {},
): Life {
  const made: string[] = [];
  const counts = new Map<string, number>();
  const underWay = new Set<Promise<unknown>>();
  const { promise: died, resolve } = Promise.withResolvers<void>();
  const transactions: Transaction[] = [];
  let dead = false;
  let isEarlier = false;
  const die = <Value>(): Promise<Value> => {
    dead = true;
    whenDead();
    resolve();
    return never();
  };

  async function step<Value>(_: string, name: string, call: () => Promise<Value>): Promise<Value> {
    if (isEarlier) return call();
    if (dead) return never();
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    made.push(`${name} ${nth}`);
    begun(`${name} ${nth}`);
    const here = death?.step === name && death.nth === nth;
    if (here && death.side === 'before') return die();
    const calling = call();
    const settled: Promise<unknown> = calling.catch(() => {}).finally(() => underWay.delete(settled));
    underWay.add(settled);
    try {
      const value = await calling;
      if (here) return die();
      return dead ? never() : value;
    } catch (error) {
      if (here) return die();
      if (dead) return never();
      throw error;
    }
  }

  const quiet = async () => void (await Promise.all(underWay));

  return {
    made,
    died,
    get isDead() {
      return dead;
    },
    step,
    rarely: (_, __, signal) =>
      new Promise((resolved) => signal?.addEventListener('abort', () => dead || resolved(), { once: true })),
    transactions,
    async earlier(work) {
      isEarlier = true;
      try {
        return await work();
      } finally {
        isEarlier = false;
      }
    },
    quiet,
    async bury() {
      await quiet();
      await Promise.all(transactions.map((one) => one.abort()));
    },
  };
}

/** A port of one life. */
export const mortal = <Port extends object>(life: Life, name: string, port: Port): Port =>
  proxyOf(port, (method, call) => life.step('', `${name}.${method}`, call));

/** Both sides of every step. */
export const boundariesOf = (made: readonly string[]): Boundary[] =>
  made.flatMap((one) => {
    const [step = '', nth] = one.split(' ');
    return (['before', 'after'] as const).map((side) => ({ step, nth: Number(nth), side }));
  });
