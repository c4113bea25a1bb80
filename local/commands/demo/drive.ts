import type { Client } from '../../../client/client.ts';
import { isSettled } from '../../../client/client.ts';
import type { Status } from '../../../client/types.ts';
import type { Journey } from './plan.ts';
import { type Seen, type Sender, send } from './send.ts';

const CLIENTS = 16;
const LOOK_EVERY_MS = 400;
const LONGEST_SETTLING_MS = 30_000;

export interface Observed {
  seen: Seen[];
  /** What each accepted event ended as, by id; an event that did not settle in time is missing. */
  outcomes: Map<string, { status: Status; reason: string | undefined }>;
}

/**
 * Walks all journeys, a steady number at a time, then waits until every accepted event has its outcome.
 * @param progress hears how many events were sent and are known to be settled
 * @throws the signal's reason when aborted; SluiceNetworkError when the API is gone
 */
export async function drive(
  journeys: readonly Journey[],
  sender: Sender,
  progress: (sent: number, settled: number) => void,
): Promise<Observed> {
  const since = new Date(Date.now() - 1000).toISOString();
  const seen: Seen[] = [];
  const outcomes: Observed['outcomes'] = new Map();
  const note = (one: Seen) => {
    seen.push(one);
    if (one.answer === 'accepted' && one.status && isSettled({ status: one.status }))
      outcomes.set(one.planned.event.id, { status: one.status, reason: one.reason });
  };
  const waiting = journeys.values();
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (const journey of waiting)
        for (const step of journey) {
          for (const one of await send(step, sender)) note(one);
          progress(seen.length, outcomes.size);
        }
    }),
  );

  const open = () => seen.filter(({ answer, planned }) => answer === 'accepted' && !outcomes.has(planned.event.id));
  const until = Date.now() + LONGEST_SETTLING_MS;
  while (open().length > 0 && Date.now() < until) {
    await lookUp(sender.client, since, outcomes, sender.signal);
    progress(seen.length, outcomes.size);
    if (open().length > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    sender.signal.throwIfAborted();
  }
  return { seen, outcomes };
}

async function lookUp(client: Client, since: string, outcomes: Observed['outcomes'], signal: AbortSignal) {
  for await (const event of client.list({ since }, { signal }))
    if (isSettled(event)) outcomes.set(event.id, { status: event.status, reason: event.rejection?.reason });
}
