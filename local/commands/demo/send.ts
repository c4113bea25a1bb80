import { CloudEvent, HTTP, type Message } from 'cloudevents';
import { type Client, isSettled } from '../../../client/client.ts';
import { problemOf, SluiceHttpError } from '../../../client/errors.ts';
import type { ItemResult, Problem, Status } from '../../../client/types.ts';
import { defaultSource, localIdentity } from '../../../lib/core/access/identity.ts';
import type { Caller } from '../../stack/caller.ts';
import { patiently, TryAgain } from './patiently.ts';
import type { Mode, Planned, Step } from './plan.ts';

/** What a client saw of one event. */
export interface Seen {
  planned: Planned;
  answer: 'accepted' | 'duplicate' | 'refused';
  code?: string;
  /** As far as the answer said. */
  status?: Status;
  reason?: string | undefined;
  /** From POST to settled. */
  ms?: number;
}

export interface Sender {
  client: Client;
  caller: Caller;
  signal: AbortSignal;
}

/** What was answered to one event. */
type Given = { problem: Problem } | { duplicate: boolean; status: Status; reason?: string | undefined; ms?: number };

/** An example that its handler tries again and again is not waited for. */
const EXAMPLE_SECONDS = 5;
const LONGEST_SECONDS = 25;

/**
 * Sends one step the way it says; what may be tried again is, for a while.
 * @throws SluiceNetworkError when no answer came, the signal's reason when aborted
 */
export async function send({ mode, events, wait }: Step, sender: Sender): Promise<Seen[]> {
  const given = new Map<Planned, Given>();
  const isOpen = (planned: Planned): boolean => {
    const answer = given.get(planned);
    return answer === undefined || ('problem' in answer && answer.problem.retryable);
  };
  const attempt = async () => {
    const open = events.filter(isOpen);
    const answers = wait ? await sendAndWait(open, sender) : await sendOnce(mode, open, sender);
    open.forEach((planned, index) => void given.set(planned, answers[index] ?? { problem: noResult }));
    if (events.some(isOpen)) throw new TryAgain();
  };
  await patiently(attempt, sender.signal).catch((error: unknown) => {
    // What was answered last is what was seen.
    if (!(error instanceof TryAgain)) throw error;
  });
  return events.map((planned) => seenOf(planned, given.get(planned) ?? { problem: noResult }));
}

const noResult: Problem = { title: 'No result for this event', status: 0, code: 'no-result', retryable: false };

function seenOf(planned: Planned, given: Given): Seen {
  if ('problem' in given) return { planned, answer: 'refused', code: given.problem.code };
  const { duplicate, ...rest } = given;
  // A new event can only be known from an earlier try, the answer of which was lost.
  return { planned, answer: duplicate && planned.expect.answer !== 'accepted' ? 'duplicate' : 'accepted', ...rest };
}

async function sendOnce(mode: Mode, events: readonly Planned[], sender: Sender): Promise<Given[]> {
  const { client, signal } = sender;
  if (mode === 'array') {
    const bare = events.map(({ event }) => event);
    return (await client.sendMany(bare, { signal })).map(givenBy);
  }
  if (mode !== 'single') return sendCloudEvents(mode, events, sender);
  return Promise.all(events.map(({ event }) => client.send(event, { signal }).catch(problemIn)));
}

async function sendAndWait(events: readonly Planned[], { client, signal }: Sender): Promise<Given[]> {
  const one = async ({ event, expect }: Planned): Promise<Given> => {
    const isExample = 'outcome' in expect && expect.outcome === 'any';
    const seconds = isExample ? EXAMPLE_SECONDS : LONGEST_SECONDS;
    const started = performance.now();
    const answer = await client.send(event, { wait: seconds, signal });
    const settled = isSettled(answer) || isExample ? answer : await client.wait(answer.id, { seconds, signal });
    const reason = 'rejection' in settled ? settled.rejection?.reason : undefined;
    const ms = isSettled(settled) ? { ms: performance.now() - started } : {};
    return { duplicate: false, status: settled.status, reason, ...ms };
  };
  return Promise.all(events.map((planned) => one(planned).catch(problemIn)));
}

function problemIn(error: unknown): Given {
  if (error instanceof SluiceHttpError) return { problem: error.problem };
  throw error;
}

const givenBy = (result: ItemResult): Given => ('problem' in result ? { problem: result.problem } : result);

/** What an event gets that is sent without one, so that a repeat in another mode is the same event. */
const source = defaultSource(localIdentity.tenant);

/** CloudEvents as their own SDK writes them, not as we think it does. */
async function sendCloudEvents(
  mode: 'structured' | 'binary' | 'batch',
  events: readonly Planned[],
  { caller, signal }: Sender,
): Promise<Given[]> {
  const cloudEvents = events.map(
    ({ event: { id, type, time, data } }) => new CloudEvent({ id, type, time, data, source }),
  );
  const [first] = cloudEvents;
  if (!first) return [];
  const { headers, body } = mode === 'batch' ? batchOf(cloudEvents) : HTTP[mode](first);
  const response = await caller.fetch('/events', {
    method: 'POST',
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: String(body),
    signal,
  });
  const answer = (await response.json()) as { results?: ItemResult[] } & Partial<ItemResult>;
  if (answer.results) return answer.results.map(givenBy);
  return [response.ok ? givenBy(answer as ItemResult) : { problem: problemOf(response.status, answer) }];
}

/** The SDK reads batches and does not write them. */
const batchOf = (events: readonly CloudEvent<unknown>[]): Message => ({
  headers: { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' },
  body: JSON.stringify(events),
});
