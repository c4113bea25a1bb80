import { CloudEvent, HTTP, type Message } from 'cloudevents';
import { type Client, isSettled } from '../../../client/client.ts';
import { SluiceHttpError } from '../../../client/errors.ts';
import type { ItemResult, Status } from '../../../client/types.ts';
import { defaultSource, localIdentity } from '../../../lib/core/identity.ts';
import type { Caller } from '../../stack/caller.ts';
import type { Planned, Step } from './plan.ts';

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

/** Sends one step the way it says. @throws SluiceNetworkError when no answer came, the signal's reason when aborted */
export async function send({ mode, events, wait }: Step, { client, caller, signal }: Sender): Promise<Seen[]> {
  if (mode === 'array') {
    const results = await client.sendMany(
      events.map(({ event }) => event),
      { signal },
    );
    return seenIn(events, results);
  }
  if (mode !== 'single') return sendCloudEvents(mode, events, caller, signal);
  const [planned] = events;
  if (!planned) return [];
  return [wait ? await sendAndWait(planned, client, signal) : await sendAlone(planned, client, signal)];
}

async function sendAlone(planned: Planned, client: Client, signal: AbortSignal): Promise<Seen> {
  try {
    const { duplicate, status } = await client.send(planned.event, { signal });
    return { planned, answer: duplicate ? 'duplicate' : 'accepted', status };
  } catch (error) {
    return refusal(planned, error);
  }
}

async function sendAndWait(planned: Planned, client: Client, signal: AbortSignal): Promise<Seen> {
  const started = performance.now();
  try {
    const answer = await client.send(planned.event, { wait: 25, signal });
    const settled = isSettled(answer) ? answer : await client.wait(answer.id, { seconds: 25, signal });
    const reason = 'rejection' in settled ? settled.rejection?.reason : undefined;
    const ms = isSettled(settled) ? { ms: performance.now() - started } : {};
    return { planned, answer: 'accepted', status: settled.status, reason, ...ms };
  } catch (error) {
    return refusal(planned, error);
  }
}

function refusal(planned: Planned, error: unknown): Seen {
  if (error instanceof SluiceHttpError) return { planned, answer: 'refused', code: error.code };
  throw error;
}

/** What an event gets that is sent without one, so that a repeat in another mode is the same event. */
const source = defaultSource(localIdentity.tenant);

/** CloudEvents as their own SDK writes them, not as we think it does. */
async function sendCloudEvents(
  mode: 'structured' | 'binary' | 'batch',
  events: readonly Planned[],
  caller: Caller,
  signal: AbortSignal,
): Promise<Seen[]> {
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
  if (answer.results) return seenIn(events, answer.results);
  const [planned] = events;
  if (!planned) return [];
  if (response.ok) return seenIn(events, [answer as ItemResult]);
  return [{ planned, answer: 'refused', code: 'code' in answer ? String(answer.code) : String(response.status) }];
}

/** The SDK reads batches and does not write them. */
const batchOf = (events: readonly CloudEvent<unknown>[]): Message => ({
  headers: { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' },
  body: JSON.stringify(events),
});

const seenIn = (events: readonly Planned[], results: readonly ItemResult[]): Seen[] =>
  events.map((planned, index) => {
    const result = results[index];
    if (!result) return { planned, answer: 'refused', code: 'no-result' };
    if ('problem' in result) return { planned, answer: 'refused', code: result.problem.code };
    return { planned, answer: result.duplicate ? 'duplicate' : 'accepted', status: result.status };
  });
