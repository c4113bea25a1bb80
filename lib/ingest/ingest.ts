import type { Bounds, By } from '../core/access/key-entry.ts';
import type { Catalogue } from '../core/catalogue.ts';
import { closeNamesOf } from '../core/close-names.ts';
import { codeOf } from '../core/errors.ts';
import { type Fields, logEvents } from '../core/log-fields.ts';
import type { Status } from '../core/outcome.ts';
import { HttpProblem } from '../core/problem.ts';
import { withoutRedis } from '../core/without-redis.ts';
import type { Charge } from '../limits/charge.ts';
import type { Claims } from '../ports/claims.ts';
import type { Clock } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';
import { isRefusedForGood, type PublicationOutcome, type Publisher } from '../ports/publisher.ts';
import type { Results } from '../ports/results.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { Log } from '../sdk/log.ts';
import { type CheckedEvent, checkEvent, type Draft, draftFields, type Surroundings, sentId } from './check.ts';
import { CLAIM_MS, type ClaimedEvent, claimAll, confirm, idReused, release } from './claim.ts';
import { countTaken } from './count-taken.ts';
import { notSent } from './not-sent.ts';
import { send } from './send.ts';

export interface IngestPorts {
  catalogue: Pick<Catalogue, 'types' | 'get'>;
  claims: Claims;
  results: Pick<Results, 'readOutcomes'>;
  publisher: Publisher;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  tracing?: Tracing | undefined;
  /** Queue URL up to `<service>-<stage>-`. */
  queueUrlPrefix: string;
}

export interface IngestInput {
  drafts: readonly Draft[];
  tenant: string;
  /** The key that sends them. */
  by: By;
  /** Of that key. */
  bounds: Bounds;
  traceparent?: string | undefined;
  /** Not taken yet. */
  charge: Charge;
}

/** SQS holds the event, from this request or (`duplicate`) an earlier one. */
export interface Accepted {
  event: CheckedEvent;
  status: Status;
  duplicate: boolean;
}
/** The event was not taken, or nobody can say; `id` where it has one. */
export interface Refused {
  problem: HttpProblem;
  id?: string | undefined;
}
export type Taken = Accepted | Refused;

/**
 * Ingest gives SQS up before a claim can expire under its own publication (protocol: publish-before-the-claim-ends).
 */
const PUBLISH_MS = CLAIM_MS - 1000;

/**
 * Takes events in: checks all, claims their ids, publishes, confirms (protocol: claim). One event's fault is never
 * another's.
 * @returns one answer per draft, in their order
 * @throws HttpProblem 429 where the request itself is over a rate
 */
export async function ingest(
  { drafts, tenant, by, bounds, traceparent, charge }: IngestInput,
  ports: IngestPorts,
): Promise<Taken[]> {
  const { catalogue, queueUrlPrefix, clock, tracing } = ports;
  const made = { catalogue, closeTo: closeNamesOf(catalogue.types), queueUrlPrefix, tracing, now: clock.now() };
  const surroundings = { ...made, tenant, by, bounds, traceparent };
  const checked = drafts.map((draft) => check(draft, surroundings, ports.log));
  const firsts = new Map<string, CheckedEvent>();
  for (const one of checked) {
    if ('event' in one && !firsts.has(one.event.key)) firsts.set(one.event.key, one.event);
  }
  // Of the copies of an event one costs a token, and so does whatever cannot be taken.
  const refused = checked.filter((one) => !('event' in one && isCopy(one.event, firsts))).length - firsts.size;
  const answers = await takeIn([...firsts.values()], { refused, charge, traceparent }, ports);
  logAccepted([...answers.values()], ports.log);
  const taken = checked.map((one) => ('event' in one ? answerOf(one.event, firsts, answers) : one));
  countTaken(checked, taken, Math.max(0, clock.now() - surroundings.now), ports.metrics);
  return taken;
}

/** Whether an event is, or equals, another of its id in this request. */
const isCopy = (event: CheckedEvent, firsts: ReadonlyMap<string, CheckedEvent>): boolean => {
  const first = firsts.get(event.key);
  return first !== undefined && first !== event && first.fingerprint === event.fingerprint;
};

function check(draft: Draft, surroundings: Surroundings, log: Log): { event: CheckedEvent } | Refused {
  try {
    return { event: checkEvent(draft, surroundings) };
  } catch (error) {
    const fields = draftFields(draft, surroundings);
    if (error instanceof HttpProblem) {
      // The client is told that its data cannot be taken; that the definition broke on it is for whoever wrote that.
      if (error.cause !== undefined)
        log.warn('a definition broke on an event', { ...fields, code: error.code, error: error.cause });
      return { problem: error, id: sentId(draft) };
    }
    log.error('an event could not be checked', { ...fields, code: codeOf(error), error });
    const problem = new HttpProblem('internal-error', 'this event could not be checked', { cause: error });
    return { problem, id: sentId(draft) };
  }
}

function logAccepted(answers: readonly Taken[], log: Log): void {
  const lines = answers.flatMap((answer): Fields[] =>
    'event' in answer ? [{ ...answer.event.fields, ...(answer.duplicate && { duplicate: true }) }] : [],
  );
  logEvents(log.info, 'accepted', lines);
}

/** A copy inside one request shares the answer of its first. */
function answerOf(
  event: CheckedEvent,
  firsts: ReadonlyMap<string, CheckedEvent>,
  answers: ReadonlyMap<string, Taken>,
): Taken {
  const first = firsts.get(event.key);
  const answer = answers.get(event.key);
  if (!first || !answer) throw new Error('an event was left without an answer');
  if (event === first) return answer;
  if (event.fingerprint !== first.fingerprint) return { problem: idReused(event.id), id: event.id };
  return 'event' in answer ? { ...answer, duplicate: true } : answer;
}

/** @returns one answer per event, by event key */
async function takeIn(
  events: readonly CheckedEvent[],
  cost: { refused: number; charge: Charge; traceparent: string | undefined },
  ports: IngestPorts,
): Promise<Map<string, Taken>> {
  const answers = new Map<string, Taken>();
  const deadline = ports.clock.now() + PUBLISH_MS;
  const { claimed, unused } = await claimAll(events, cost, ports);
  const mine = claimed.filter(({ verdict }) => verdict === 'mine');
  const known = claimed.filter(({ verdict }) => verdict === 'known');
  // Where tokens are left over there are known events, so that these leave in the flush that asks for their outcomes.
  const [outcomes, statuses] = await Promise.all([
    send(eventsOf(mine), deadline, { ...ports, traceparent: cost.traceparent }),
    statusesOf(known, ports),
    cost.charge.giveBack({ events: unused }),
  ]);

  const ending = (wanted: (outcome: PublicationOutcome) => boolean) =>
    mine.filter((_, index) => wanted(outcomes[index] ?? 'unanswered'));
  await Promise.all([
    confirm(
      ending((one) => one === 'sent'),
      ports,
    ),
    release(ending(isNotHeld), ports),
  ]);

  for (const { event, verdict } of claimed) {
    if (verdict instanceof HttpProblem) answers.set(event.key, { problem: verdict, id: event.id });
  }
  known.forEach(({ event }, index) => {
    answers.set(event.key, { event, status: statuses[index] ?? 'accepted', duplicate: true });
  });
  mine.forEach(({ event }, index) => {
    const outcome = outcomes[index] ?? 'unanswered';
    const sent: Taken = { event, status: 'accepted', duplicate: false };
    answers.set(event.key, outcome === 'sent' ? sent : { problem: notSent(event, outcome, ports.log), id: event.id });
  });
  const lost = ending((one) => one !== 'sent' && !isRefusedForGood(one)).map(({ event: { fields } }) => fields);
  logEvents(ports.log.warn, 'not accepted', lost, { code: 'queue-unavailable' });
  return answers;
}

/** An outcome of another payload, which came in while Redis knew nothing, says nothing of this one. */
async function statusesOf(known: readonly ClaimedEvent[], { results, log }: IngestPorts): Promise<Status[]> {
  if (known.length === 0) return [];
  const found = await withoutRedis(log, 'outcomes of known events were not read', () =>
    results.readOutcomes(known.map(({ event }) => event.key)),
  );
  return known.map(({ event }, index) => {
    const outcome = found?.[index];
    return outcome?.fingerprint === event.fingerprint ? outcome.outcome : 'accepted';
  });
}

const eventsOf = (claimed: readonly ClaimedEvent[]): CheckedEvent[] => claimed.map(({ event }) => event);

const isNotHeld = (outcome: PublicationOutcome): boolean => outcome !== 'sent' && outcome !== 'unanswered';
