import { maySource, mayType, type Waiter } from '../core/access/identity.ts';
import { DependencyError } from '../core/errors.ts';
import { eventKey } from '../core/event-key.ts';
import type { Status } from '../core/outcome.ts';
import { HttpProblem } from '../core/problem.ts';
import { withoutRedis } from '../core/without-redis.ts';
import type { Claims } from '../ports/claims.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventQueries, Own } from '../ports/event-queries.ts';
import type { Results } from '../ports/results.ts';
import type { Log } from '../sdk/log.ts';
import { type Due, type EventView, viewOfClaim, viewOfRecord, viewOfSettled, withNext } from './view.ts';
import { withSlot } from './wait.ts';

export interface StatusPorts {
  events: EventQueries;
  claims: Pick<Claims, 'read'>;
  results: Results;
  clock: Clock;
  log: Log;
}

/** What whoever asks may see, and the event that is asked for. */
export interface Asked extends Own {
  source: string;
  id: string;
}

/**
 * What is known of one event: MongoDB, then the claim. When one of them cannot be read and the other knows
 * nothing the answer is 503, never 404 (protocol: never-404-in-doubt); and while MongoDB cannot be read a bare claim is
 * 503 too, because the event may be settled already and must not seem to go back (protocol: nothing-seems-to-go-back).
 * @throws HttpProblem 404 `event-unknown`, 503 `store-unavailable`
 */
export async function statusOf(asked: Asked, ports: StatusPorts): Promise<EventView> {
  if (!maySource(asked, asked.source)) throw unknown(asked);
  const view = await lookUp(asked, ports);
  // The claim and the settled event are found by the key alone.
  if (!mayType(asked, view.type)) throw unknown(asked);
  return view;
}

async function lookUp(asked: Asked, ports: StatusPorts): Promise<EventView> {
  const key = eventKey(asked.tenant, asked.source, asked.id);
  const record = await attempt(() => ports.events.get(asked, key));
  if (!record.answered) return statusWithoutRecords(asked, key, ports, record.error);
  if (record.value) return waiting(viewOfRecord(record.value), record.value, key, ports);
  const claim = await attempt(() => ports.claims.read(key));
  if (!claim.answered) throw unavailable(asked, ports.log, claim.error);
  if (!claim.value?.confirmed) throw unknown(asked);
  return waiting(viewOfClaim(asked.tenant, asked, claim.value), {}, key, ports);
}

const unknown = ({ id }: Asked): HttpProblem =>
  new HttpProblem('event-unknown', `there is no event with the id ${JSON.stringify(id)} and this source`);

/** An event that is not settled says why it waits, as far as that is known. */
async function waiting(view: EventView, due: Due, key: string, { results, log }: StatusPorts): Promise<EventView> {
  if (isSettled(view.status)) return view;
  return withNext(view, due, await withoutRedis(log, 'nobody knows why it waits', () => results.readWait(key)));
}

async function statusWithoutRecords(
  asked: Asked,
  key: string,
  { results, claims, log }: StatusPorts,
  cause: DependencyError,
): Promise<EventView> {
  const stored = await attempt(() => results.read(key));
  if (!stored.answered || !stored.value) throw unavailable(asked, log, cause);
  const { outcome, event } = stored.value;
  if (event) return viewOfSettled(asked.tenant, event);
  const claim = await attempt(() => claims.read(key));
  if (!claim.answered || !claim.value) throw unavailable(asked, log, cause);
  return viewOfClaim(asked.tenant, asked, claim.value, outcome.outcome);
}

/**
 * As `statusOf`, but waits until the event is settled.
 * @param until milliseconds since the epoch
 */
export async function settledStatusOf(
  asked: Asked,
  { waiter, until }: { waiter: Waiter; until: number },
  ports: StatusPorts,
): Promise<EventView> {
  const status = await statusOf(asked, ports);
  const ms = until - ports.clock.now();
  if (isSettled(status.status) || ms <= 0) return status;
  const { results, log } = ports;
  const key = eventKey(asked.tenant, asked.source, asked.id);
  await withoutRedis(log, 'nobody waits', () =>
    withSlot(results, waiter, ms, () => results.wait(key, ms, () => results.read(key))),
  );
  // MongoDB says what became of it, with data; it commits before anybody is told.
  return statusOf(asked, ports);
}

const isSettled = (status: Status): boolean => status !== 'accepted' && status !== 'retrying';

/** Said in the log with its cause; to the caller only that trying again helps. */
function unavailable({ id, source }: Asked, log: Log, error: DependencyError): HttpProblem {
  log.warn('an event could not be looked up', { event_id: id, source, code: error.code, error });
  return new HttpProblem(
    'store-unavailable',
    `the event ${JSON.stringify(id)} cannot be looked up at present; asking again is safe`,
    {
      retryAfter: 2,
      cause: error,
    },
  );
}

type Attempted<Value> = { answered: true; value: Value } | { answered: false; error: DependencyError };

async function attempt<Value>(act: () => Promise<Value>): Promise<Attempted<Value>> {
  try {
    return { answered: true, value: await act() };
  } catch (error) {
    if (error instanceof DependencyError) return { answered: false, error };
    throw error;
  }
}
