import { isSettled } from '../../../client/client.ts';
import type { Status } from '../../../client/types.ts';
import type { Journey } from './plan.ts';
import { type Seen, type Sender, send } from './send.ts';

/** What became of an event. */
export interface Outcome {
  status: Status;
  reason?: string | undefined;
}

export interface Observed {
  seen: Seen[];
  /** By id; an event that no consumer has seen is missing. */
  outcomes: ReadonlyMap<string, Outcome>;
}

/**
 * Walks all journeys, a steady number at a time.
 * @param clients how many
 * @param progress hears how many events were sent and are known to be settled
 * @throws the signal's reason when aborted; SluiceNetworkError when the API is gone
 */
export async function drive(
  journeys: readonly Journey[],
  sender: Sender,
  clients: number,
  progress: (sent: number, settled: number) => void,
): Promise<Seen[]> {
  const seen: Seen[] = [];
  let settled = 0;
  const waiting = journeys.values();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (const journey of waiting)
        for (const step of journey) {
          const answers = await send(step, sender);
          seen.push(...answers);
          settled += answers.filter(({ status }) => status && isSettled({ status })).length;
          progress(seen.length, settled);
        }
    }),
  );
  return seen;
}
