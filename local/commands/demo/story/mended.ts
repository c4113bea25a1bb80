import type { Problem, StoredEvent } from '../../../../client/types.ts';
import { decodeMessage, encodeMessage } from '../../../../lib/core/message.ts';
import { refusedForms } from '../of-catalogue.ts';
import { patiently, TryAgain } from '../patiently.ts';
import { awaited, type Planned } from '../plan.ts';
import { type Seen, send } from '../send.ts';
import { messageOf, notShown, type Played, prove, type Stage } from './stage.ts';

const TITLE = 'A failure is mended and replayed';
const SECONDS = 25;

interface Failing {
  event: Planned;
  why: string;
  mended: unknown;
  seen: Seen[];
}

/** What nobody could process lies at the failure desk until somebody mends its data, and has it sent as a new event. */
export async function mended(stage: Stage): Promise<Played> {
  const before = await stage.effects.read();
  const failing = stage.events.broken ? await sendBroken(stage) : await putOnQueue(stage);
  if (!failing) return notShown(TITLE, 'every JSON is valid data of the event types that can be sent here');
  const { event, why, seen } = failing;
  const { id, type } = event.event;
  const { client, signal } = stage;
  const failed = await patiently(() => client.wait(id, { seconds: SECONDS, signal }), signal);
  const failureId = failed.failure?.id;
  if (failureId === undefined)
    return {
      act: { title: TITLE, happened: why, proof: '', differences: [`${type} ${id}: ${failed.status}, no failure`] },
      seen,
      effective: failed.status === 'succeeded' ? [event] : [],
    };
  const replacement = await replay(failureId, failing.mended, stage);
  const sent: Planned = {
    event: { ...event.event, data: failing.mended, id: replacement },
    expect: { answer: 'accepted', outcome: 'succeeded' },
  };
  const { proof, differences } = await prove([sent], before, stage);
  const state = await stateOf(failureId, stage);
  return {
    act: {
      title: TITLE,
      happened: `${why}: ${reasonOf(failed)}. POST /failures/…/replay with mended data made a new event of it; the failure is ${state}.`,
      proof,
      differences: state === 'replayed' ? differences : [`the failure is ${state} instead of replayed`, ...differences],
    },
    seen,
    effective: [sent],
  };
}

async function sendBroken(stage: Stage): Promise<Failing | undefined> {
  const broken = stage.events.broken?.();
  return broken && { ...broken, seen: await send(awaited(broken.event), stage) };
}

/** On any catalogue: data that its schema refuses comes past the door, as nobody but an operator can put it on a queue. */
async function putOnQueue(stage: Stage): Promise<Failing | undefined> {
  const event = stage.events.fresh();
  const { type, data } = event.event;
  const entry = stage.catalogue.get(type);
  const [form] = entry ? refusedForms(entry, data) : [];
  if (!form) return undefined;
  const publication = messageOf(event, Date.now(), stage);
  const body = encodeMessage({ ...decodeMessage(publication.body), data: form.data });
  await stage.queues.send([{ ...publication, body }]);
  return { event, why: `A message of ${type} ${form.what} was put on its queue past the API`, mended: data, seen: [] };
}

/** @returns the id of the new event */
function replay(failureId: string, data: unknown, { caller, signal }: Stage): Promise<string> {
  return patiently(async () => {
    const response = await caller.post(`/failures/${failureId}/replay`, { data }, { signal });
    const answer = await answerOf<{ replacement?: { id: string } }>(response);
    if (!answer.replacement) throw new Error(`POST /failures/${failureId}/replay answered ${JSON.stringify(answer)}`);
    return answer.replacement.id;
  }, signal);
}

function stateOf(failureId: string, { caller, signal }: Stage): Promise<string> {
  return patiently(async () => {
    const answer = await answerOf<{ state?: string }>(await caller.fetch(`/failures/${failureId}`, { signal }));
    return answer.state ?? `unknown: ${answer.detail}`;
  }, signal);
}

/** @throws TryAgain where the API asks for another try, or a gateway says that no function answered */
async function answerOf<Answer>(response: Response): Promise<Answer & Partial<Problem>> {
  const answer = (await response.json()) as Answer & Partial<Problem>;
  if (answer.retryable ?? response.status >= 500) throw new TryAgain(answer.detail ?? `answered ${response.status}`);
  return answer;
}

function reasonOf({ attempts, failure }: StoredEvent): string {
  const { error } = attempts.at(-1) ?? {};
  return `it failed (${failure?.cause}${error ? `, ${error.code}` : ''})`;
}
