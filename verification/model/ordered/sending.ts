import { contentOf, type Mutant, type Options, type Sent, type State } from './state.ts';

/** What goes to the two FIFO queues: the events' and the dead letters'. */
export function sending({ mutant }: Options) {
  const broken = (one: Mutant): boolean => mutant === one;

  /** All that makes a message another one. */
  const deduplicationId = ({ event, payload, replay }: Sent): string =>
    `${event}${broken('no-fingerprint-in-id') ? '' : payload}${broken('no-replay-in-id') ? '' : replay}`;

  /** SQS accepts a repeated id, and for 5 minutes does not deliver it. */
  function taken(next: State, queue: 'queue' | 'letters', sent: Sent): boolean {
    const remembered = queue === 'queue' ? next.queueRemembers : next.lettersRemember;
    const id = deduplicationId(sent);
    const content = `${queue} ${contentOf(sent)}`;
    if (remembered.includes(id)) {
      if (!next.everTaken.includes(content)) next.swallowed = contentOf(sent);
      return false;
    }
    remembered.push(id);
    if (!next.everTaken.includes(content)) next.everTaken.push(content);
    return true;
  }

  const publish = (next: State, { event, payload, replay }: Sent): void => {
    const sent = { event, payload, replay };
    if (taken(next, 'queue', sent)) next.queue.push({ ...sent, receive: 0 });
  };
  const sendLetter = (next: State, { event, payload, replay }: Sent): void => {
    const sent = { event, payload, replay };
    if (taken(next, 'letters', sent)) next.letters.push(sent);
    if (payload === 'A') next.letterSent[event] = true;
  };
  const accept = (next: State, event: Sent['event'], payload: Sent['payload']): void => {
    publish(next, { event, payload, replay: 0 });
    if (!next.accepted.some((one) => one.event === event && one.payload === payload))
      next.accepted.push({ event, payload });
  };
  return { publish, sendLetter, accept };
}
