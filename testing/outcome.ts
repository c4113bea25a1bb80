import type { Fact } from '../lib/consume/facts.ts';
import { parseJson } from '../lib/core/json/parse.ts';
import { originalOf } from '../lib/core/thrown.ts';
import type { KnownRecord } from '../lib/ports/records.ts';
import type { Settlement } from '../lib/ports/transaction.ts';

/** How an event came out of its run. */
export type Handled =
  | { outcome: 'succeeded'; result: unknown }
  | { outcome: 'rejected'; reason: string }
  | { outcome: 'thrown'; kind: ThrownKind; error: unknown }
  /** Its `expirytime` had passed: nothing ran. */
  | { outcome: 'expired' }
  /** Of an ordered type: nothing ran, because one before it in its group comes back. */
  | { outcome: 'waiting' };

/**
 * `error`: it is tried again, or was the last attempt. `permanent`: it goes to the dead letters. `transient` and
 * `conflict`: its transaction met others until the end; it comes back at no cost. `refused`: it is a failure already, or
 * its id belongs to another event.
 */
export type ThrownKind = 'error' | 'permanent' | 'transient' | 'conflict' | 'refused';

/**
 * @param fact the last that was heard of the delivery
 * @param record of the event, where the fact is that it is settled already
 */
export function handledBy(fact: Fact, record: KnownRecord | undefined): Handled {
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

const thrown = (kind: ThrownKind, error?: unknown): Handled => ({ outcome: 'thrown', kind, error });

const isSettled = (record: KnownRecord): record is KnownRecord & { state: Settlement['outcome'] } =>
  record.state === 'succeeded' || record.state === 'rejected' || record.state === 'expired';

function settledAs({ outcome, result, rejection }: Pick<Settlement, 'outcome' | 'result' | 'rejection'>): Handled {
  if (outcome === 'succeeded') return { outcome, result: result === undefined ? undefined : parseJson(result) };
  if (outcome === 'rejected') return { outcome, reason: rejection?.reason ?? '' };
  return { outcome };
}
