import { freshEvents, messageOf, type Played, prove, queueUrlOf, type Stage, sendAll } from './stage.ts';

const EVENTS = 10;
const COPIES = 2;

/** SQS delivers at least once: messages come again, two copies of each at a time. */
export async function copied(stage: Stage): Promise<Played> {
  const before = await stage.effects.read();
  const sent = freshEvents(EVENTS, stage);
  const [first] = sent;
  if (!first) throw new Error('there is no event to send');
  const seen = await sendAll(sent, stage);
  const found = await stage.records.settled(sent);
  const messages = sent.flatMap((planned) => {
    const { recordedtime } = found.get(planned.event.id) ?? {};
    return recordedtime === undefined ? [] : [messageOf(planned, Date.parse(recordedtime), stage)];
  });
  for (let copy = 0; copy < COPIES; copy++) await stage.queues.send(messages);
  const held = await stage.queues.emptied(queueUrlOf(first, stage));
  const { proof, differences } = await prove(sent, before, stage);
  return {
    act: {
      title: 'Messages are delivered again',
      happened: `Once ${sent.length} ${first.event.type} were settled, ${COPIES} more copies of each message came out of the queue, ${COPIES * messages.length} in all.`,
      proof,
      differences: held === 0 ? differences : [`${held} copies were not taken off the queue`, ...differences],
    },
    seen,
    effective: sent,
  };
}
