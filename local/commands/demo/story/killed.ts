import { decodeMessage } from '../../../../lib/core/message.ts';
import type { Planned } from '../plan.ts';
import type { Seen } from '../send.ts';
import { freshEvents, type Played, prove, queueUrlOf, type Stage, sendAll } from './stage.ts';

const EVENTS = 20;
/** So soon SQS gives out again what a dead process had; deployed it is six times the time of the function. */
const VISIBILITY_SECONDS = 2;
/** How long a process may work on its batch before it is killed; where it was faster, the next one gets less time. */
const AFTER_MS = [120, 60, 30, 12, 0];
const WITHIN_MS = 10_000;

/** A process dies with a batch in its hands, some of which it may have settled. */
export async function killed(stage: Stage): Promise<Played> {
  const before = await stage.effects.read();
  const sent: Planned[] = [];
  const seen: Seen[] = [];
  const [first, ...others] = freshEvents(EVENTS, stage);
  if (!first) throw new Error('there is no event to send');
  const { type } = first.event;
  const queueUrl = queueUrlOf(first, stage);
  const deployed = await stage.queues.visibility(queueUrl);
  let bodies: string[] | null = null;
  let settled = 0;
  await stage.queues.setVisibility(queueUrl, VISIBILITY_SECONDS);
  try {
    for (const [round, afterMs] of AFTER_MS.entries()) {
      const killing = stage.stack.killConsumer(type, afterMs, WITHIN_MS);
      const events = round === 0 ? [first, ...others] : freshEvents(EVENTS, stage);
      sent.push(...events);
      seen.push(...(await sendAll(events, stage)));
      bodies = await killing;
      if (bodies) break;
    }
    if (bodies) {
      const inHand = new Set(bodies.map((body) => decodeMessage(body).id));
      const found = await stage.records.of(sent.filter(({ event }) => inHand.has(event.id)));
      settled = [...found.values()].filter(({ final }) => final).length;
    }
  } finally {
    await stage.queues.setVisibility(queueUrl, deployed);
  }
  const { proof, differences } = await prove(sent, before, stage);
  const held = bodies?.length ?? 0;
  return {
    act: {
      title: 'A consumer is killed in the middle of a batch',
      happened: `${held} of ${sent.length} ${type} were in its hands, ${settled} of them settled. SQS gave the ${held} out again after ${VISIBILITY_SECONDS} s (deployed: ${deployed} s).`,
      proof,
      differences: bodies ? differences : ['no consumer was killed: none had a batch', ...differences],
    },
    seen,
    effective: sent,
  };
}
