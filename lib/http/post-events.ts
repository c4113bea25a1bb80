import { type Identity, waiterOf } from '../core/access/identity.ts';
import type { KnownTypes } from '../core/known-types.ts';
import { HttpProblem } from '../core/problem.ts';
import type { Draft } from '../ingest/check.ts';
import { countRefused } from '../ingest/count-taken.ts';
import { type Accepted, type IngestPorts, ingest, type Taken } from '../ingest/ingest.ts';
import type { Results } from '../ports/results.ts';
import { viewOfSettled } from '../results/view.ts';
import { waitForOutcome } from '../results/wait.ts';
import { byOf } from './change-of.ts';
import { acceptedAnswer, arrayAnswer } from './events-answer.ts';
import { type Handlers, type HttpHandler, type HttpResponse, problemAnswer } from './http-function.ts';
import { waitPreference } from './prefer.ts';
import { readEvents } from './read-events.ts';
import type { HttpRequest } from './request.ts';
import { seenBy } from './seen-by.ts';

/** The definitions of what is sent are loaded before it is looked at. */
export type PostEventsPorts = IngestPorts & { catalogue: KnownTypes; results: Results };

/** Events in (docs/http.md section 2). */
export const postEvents = (ports: PostEventsPorts): Handlers<'POST /events'> => ({ 'POST /events': takeEvents(ports) });

const takeEvents =
  (ports: PostEventsPorts): HttpHandler =>
  async (request, identity, charge) => {
    const { tenant } = identity;
    const receivedAt = ports.clock.now();
    const { isOne, taken } = await counted(ports, async () => {
      const delivery = readEvents(request);
      const drafts = 'one' in delivery ? [delivery.one] : delivery.many;
      await ports.catalogue.load(typesOf(drafts));
      const { traceparent } = request;
      const input = { drafts, tenant, by: byOf(identity), bounds: identity, traceparent, charge };
      return { isOne: 'one' in delivery, taken: await ingest(input, ports) };
    });
    const [first] = taken;
    if (isOne && first) return answerOne(first, { request, identity, receivedAt }, ports);
    return arrayAnswer(taken);
  };

/** What drafts say they are, as far as they say it. */
function* typesOf(drafts: readonly Draft[]): Generator<string> {
  for (const { members } of drafts)
    if (typeof members === 'object' && members !== null && 'type' in members && typeof members.type === 'string')
      yield members.type;
}

/** A request that is refused before its events are told apart counts as one. */
async function counted<Value>({ metrics }: PostEventsPorts, take: () => Promise<Value>): Promise<Value> {
  try {
    return await take();
  } catch (error) {
    if (error instanceof HttpProblem) countRefused(error, metrics);
    throw error;
  }
}

interface Asked {
  request: HttpRequest;
  identity: Identity;
  receivedAt: number;
}

async function answerOne(
  taken: Taken,
  { request, identity, receivedAt }: Asked,
  ports: PostEventsPorts,
): Promise<HttpResponse> {
  if ('problem' in taken) return problemAnswer(taken.problem);
  const wait = waitPreference(request.headers.prefer);
  if (wait === undefined) return acceptedAnswer(identity.tenant, taken);
  return answerAfterWait(taken, { identity, wait, until: receivedAt + wait * 1000 }, ports);
}

/** Seconds after which a client that waited in vain should look again. */
const LOOK_AGAIN = 1;

async function answerAfterWait(
  taken: Accepted,
  { identity, wait, until }: { identity: Identity; wait: number; until: number },
  ports: PostEventsPorts,
): Promise<HttpResponse> {
  const { event } = taken;
  const { tenant } = identity;
  const found = await waitForOutcome({ ...event, waiter: waiterOf(identity), until }, ports);
  if (found?.event) {
    const view = viewOfSettled(tenant, found.event, { data: event.data });
    const sensitive = ports.catalogue.get(event.type)?.definition.sensitive;
    return {
      status: 200,
      headers: { 'preference-applied': `wait=${wait}` },
      body: seenBy(identity, view, sensitive),
    };
  }
  const accepted = acceptedAnswer(tenant, { ...taken, status: found?.outcome.outcome ?? taken.status });
  if (found || taken.status !== 'accepted') return accepted;
  return { ...accepted, headers: { ...accepted.headers, 'retry-after': String(LOOK_AGAIN) } };
}
