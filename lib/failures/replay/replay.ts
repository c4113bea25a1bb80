import { randomBytes } from 'node:crypto';
import type { Change } from '../../access/told.ts';
import type { Catalogue } from '../../core/catalogue.ts';
import { eventFields, type Fields } from '../../core/log-fields.ts';
import { decodeMessage, type Message } from '../../core/message.ts';
import { NO_TYPE } from '../../core/metrics.ts';
import { HttpProblem } from '../../core/problem.ts';
import { withoutRedis } from '../../core/without-redis.ts';
import { refusedForGood } from '../../ingest/publication.ts';
import { send } from '../../ingest/send.ts';
import type { Claims } from '../../ports/claims.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DeskChange, DeskDecision, DeskView, FailureDesk } from '../../ports/failure-desk.ts';
import type { Reach } from '../../ports/failure-queries.ts';
import type { FailureRecord, Replacement } from '../../ports/failures.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { isRefusedForGood, type Publisher } from '../../ports/publisher.ts';
import type { ReplayedOutcomes } from '../../ports/results.ts';
import type { Tracing } from '../../ports/tracing.ts';
import type { Log } from '../../sdk/log.ts';
import { toldOfFailure } from '../told.ts';
import { failureUnknown } from '../unknown.ts';
import { type Plan, planReplay, UNSEEN_MS } from './plan.ts';
import { takingBack } from './take-back.ts';

export interface ReplayPorts {
  desk: FailureDesk;
  claims: Pick<Claims, 'confirm'>;
  outcomes: ReplayedOutcomes;
  publisher: Publisher;
  catalogue: Catalogue;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  tracing?: Tracing | undefined;
  /** Queue URL up to `<service>-<stage>-`. */
  queueUrlPrefix: string;
}

export interface ReplayInput {
  reach: Reach;
  /** Of the failure. */
  id: string;
  /** An edited replay: becomes a new event with this data. */
  edited?: { data: unknown } | undefined;
  traceparent?: string | undefined;
  /** Who asks: somebody, or a replay of many, whose name the failure keeps. */
  asker: Change | { job: string };
}

/** How long SQS may take. */
const PUBLISH_MS = 4000;

/**
 * Runs a failed event again: it is written first, failure and record in one transaction
 * (protocol: replay-moves-the-record); then what Redis knows of the event's end is forgotten, and the message is
 * published. What was written and not published may be asked for again; what its queue will never take is undone
 * (protocol: refused-replay-is-undone).
 * @returns the failure after it; SQS holds the message
 * @throws HttpProblem 404, 409, 413, 422, 503 `queue-unavailable`; DependencyError when MongoDB does not answer
 */
export async function replay(
  { reach, id, edited, traceparent, asker }: ReplayInput,
  { desk, claims, outcomes, publisher, catalogue, clock, log, metrics, tracing, queueUrlPrefix }: ReplayPorts,
): Promise<FailureRecord> {
  const surroundings = {
    catalogue,
    bounds: reach,
    queueUrlPrefix,
    traceparent,
    tracing,
    now: clock.now(),
    ...('by' in asker && { by: asker.by }),
  };
  const deciding = ({ failure }: DeskView, change: DeskChange): DeskDecision => {
    if ('job' in asker) return { change, audit: 'of its job' };
    const sensitive = failure.type === null ? undefined : catalogue.get(failure.type)?.definition.sensitive;
    return { change, audit: toldOfFailure(asker, failure, change, edited && { ...edited, sensitive }) };
  };
  let planned: Plan | undefined;
  const failure = await desk.change(reach, id, (view) => {
    planned = planReplay(view, edited, surroundings, 'job' in asker ? asker.job : undefined);
    return deciding(view, planned.change);
  });
  if (!failure || !planned) throw failureUnknown(id);
  const plan = planned;
  const { publication, replayed, replacement } = plan;
  if (replayed) {
    const { key, replay: number } = replayed;
    await withoutRedis(log, 'the outcome of a replayed event stands until it is settled', () =>
      outcomes.forget(key, number),
    );
  }
  // What is published may have been made long before it was asked for.
  const made = tracing && decodeMessage(publication.body).traceparent;
  const sent = { publication, type: failure.type ?? NO_TYPE, traceparent: made };
  const [outcome] = await send([sent], clock.now() + PUBLISH_MS, { publisher, tracing, traceparent });
  log.info('failure replayed', { ...fieldsOf(failure, traceparent), failure: id, published: outcome });
  if (outcome !== undefined && isRefusedForGood(outcome)) {
    await desk.change(reach, id, (view) => {
      const change = takingBack(view, plan, new Date(clock.now()));
      return change && deciding(view, change);
    });
    throw refusedForGood(publication.body, outcome);
  }
  if (outcome !== 'sent') throw notSent(failure);
  metrics.add('FailuresReplayed', failure.type ?? NO_TYPE, 1);
  if (replacement) await known(replacement, claims, log);
  return failure;
}

/** `replacement_id`: of the event that comes in its place. */
function fieldsOf({ tenant, event, replay, replacement }: FailureRecord, traceparent: string | undefined): Fields {
  const { id, source, type }: Pick<Message, 'id' | 'source' | 'type'> = JSON.parse(event ?? '{}');
  return {
    ...eventFields({ tenant: tenant ?? '', id, source, type, replay, traceparent }),
    ...(replacement && { replacement_id: replacement.id }),
  };
}

/** A new event is `accepted` from now on, as if it had been sent. */
const known = ({ key, publication }: Replacement, claims: Pick<Claims, 'confirm'>, log: Log) =>
  withoutRedis(log, 'a new event is not known before it runs', () => {
    const { fingerprint, type, subject, time, recordedtime } = decodeMessage(publication.body);
    const owner = randomBytes(16).toString('base64url');
    const claim = { owner, confirmed: true, fingerprint, type, time, recordedtime };
    return claims.confirm([{ key, claim: { ...claim, ...(subject !== undefined && { subject }) } }]);
  });

const notSent = ({ _id, state, replacement }: FailureRecord): HttpProblem =>
  new HttpProblem(
    'queue-unavailable',
    'the replay is written down, and the queue did not confirm it; asking again after a minute is safe and publishes the same',
    {
      retryAfter: UNSEEN_MS / 1000,
      members: {
        id: _id,
        state,
        ...(replacement && { replacement: { id: replacement.id, source: replacement.source } }),
      },
    },
  );
