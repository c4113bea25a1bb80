import { attemptedSoFar, type State } from '../lib/consume/delivery.ts';
import type { Fact } from '../lib/consume/facts.ts';
import { attemptedOf } from '../lib/core/attempts.ts';
import { parseJson } from '../lib/core/json/parse.ts';
import { originalOf } from '../lib/core/thrown.ts';
import type { KnownRecord } from '../lib/ports/records.ts';
import type { Settlement } from '../lib/ports/transaction.ts';

/** How an event came out of its run. */
export type Handled =
  | { outcome: 'succeeded'; result: unknown }
  | { outcome: 'rejected'; reason: string }
  | ({ outcome: 'thrown'; kind: ThrownKind; error: unknown } & Retried)
  /** Its `expirytime` had passed: nothing ran. */
  | { outcome: 'expired' }
  /** Of an ordered type: nothing ran, because one before it in its group comes back. */
  | { outcome: 'waiting' };

/** What became of an event whose run threw. */
interface Retried {
  /** How many are counted by now, of those that its type allows. */
  attempts: number;
  /** Whether this run is one of them: a RetryLaterError with `counts: false`, and what met others, are not. */
  counted: boolean;
  /** When it is tried again; undefined where it is not: it is a failure. */
  nextAt: Date | undefined;
}

/**
 * `error`: it is tried again, or was the last attempt. `permanent`: it goes to the dead letters. `transient` and
 * `conflict`: its transaction met others until the end; it comes back at no cost. `refused`: it is a failure already, or
 * its id belongs to another event.
 */
export type ThrownKind = 'error' | 'permanent' | 'transient' | 'conflict' | 'refused';

/** The last that was heard of a delivery. */
export interface Last {
  readonly fact: Fact;
  /** As it was before its run. */
  readonly state: State;
  /** When its message is visible again. */
  readonly backAt: Date | undefined;
}

/** @param record of the event, as it is now */
export function handledBy({ fact, state, backAt }: Last, record: KnownRecord | undefined): Handled {
  const attempts = record ? attemptedOf(record) : 0;
  const thrown = (kind: ThrownKind, error?: unknown): Handled => ({
    outcome: 'thrown',
    ...{ kind, error, attempts, counted: attempts > attemptedSoFar(state), nextAt: backAt },
  });
  switch (fact.kind) {
    case 'settled':
      return settledAs(fact.settlement);
    case 'refused':
    case 'record-read':
      return (record && isSettled(record) && settledAs({ ...record, outcome: record.state })) || thrown('refused');
    case 'error':
    case 'permanent':
    case 'transient':
      return thrown(fact.kind, originalOf(fact.error));
    case 'conflict':
      return thrown('conflict');
    case 'expired':
      return { outcome: 'expired' };
    case 'behind-another':
      return { outcome: 'waiting' };
    default:
      throw new Error(`the event did not run: ${fact.kind}`);
  }
}

const isSettled = (record: KnownRecord): record is KnownRecord & { state: Settlement['outcome'] } =>
  record.state === 'succeeded' || record.state === 'rejected' || record.state === 'expired';

function settledAs({ outcome, result, rejection }: Pick<Settlement, 'outcome' | 'result' | 'rejection'>): Handled {
  if (outcome === 'succeeded') return { outcome, result: result === undefined ? undefined : parseJson(result) };
  if (outcome === 'rejected') return { outcome, reason: rejection?.reason ?? '' };
  return { outcome };
}
