import type { EventRecord } from '../../../lib/ports/records.ts';
import type { ChaosStack } from './stack.ts';

/** An attempt that was counted against an event. */
export interface ChargedAttempt {
  id: string;
  /** Epoch ms. */
  at: number;
  /** Of the error. */
  code: string;
}

/** Attempts that ended in an error; a consumer that was killed is a crash, and none of these. */
export async function chargedAttempts({ db }: ChaosStack): Promise<ChargedAttempt[]> {
  const found = db
    .collection<EventRecord>('events')
    .find({ 'attempts.outcome': 'error' }, { projection: { id: 1, attempts: 1 } });
  const charged: ChargedAttempt[] = [];
  for await (const { id, attempts } of found)
    for (const { at, outcome, error } of attempts)
      if (outcome === 'error') charged.push({ id, at: Date.parse(at), code: error?.code ?? '' });
  return charged;
}
