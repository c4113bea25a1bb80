import type { LastWord } from '../core/failure.ts';
import { deduplicationId } from '../core/fifo.ts';
import { encodeLetter } from '../core/letter.ts';
import { eventFields } from '../core/log-fields.ts';
import { deadLetterSuffix } from '../core/names.ts';
import type { Attempt } from '../core/outcome.ts';
import type { Clock } from '../ports/clock.ts';
import type { PublicationOutcome, Publisher } from '../ports/publisher.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import type { Log } from '../sdk/log.ts';
import type { Delivery, Stranger } from './delivery.ts';

export interface LetterBoxPorts {
  publisher: Publisher;
  clock: Clock;
  log: Log;
}

export interface LetterBoxOptions {
  definition: EventDefinition;
  deadLetterUrl: string;
}

/** Why a message goes to the dead letters as it came: it is none of ours, or only newer code reads it. */
export type StrangersCause = 'undecodable' | 'newer-version';

/** How long SQS may take over a letter; unanswered, the message comes back. */
const LETTER_MS = 4000;

/** Sends to the dead-letter queue of a type. */
export function createLetterBox(
  { definition, deadLetterUrl }: LetterBoxOptions,
  { publisher, clock, log }: LetterBoxPorts,
) {
  const ordered = definition.orderedBy !== undefined;

  async function send(
    delivery: Delivery,
    lastWord: LastWord,
    attempts: readonly Attempt[],
  ): Promise<PublicationOutcome | undefined> {
    const { key, message } = delivery;
    const body = encodeLetter({ message, lastWord, attempts });
    const group = ordered ? delivery.group : message.tenant;
    const [outcome] = await publish([{ body, group, id: [key, message.fingerprint, message.replay] }]);
    const { cause, code, message: reason } = lastWord;
    const said = { ...eventFields(message), attempts: attempts.length, cause, code, reason };
    if (outcome === 'sent') log.warn('to the dead letters', said);
    return outcome;
  }

  /** Records that go as they came, all in one call. @returns what became of them, in their order */
  async function sendStrangers(strangers: readonly Stranger[], cause: StrangersCause): Promise<PublicationOutcome[]> {
    if (strangers.length === 0) return [];
    const outcomes = await publish(
      strangers.map(({ record, body }) => {
        return { body, group: record.attributes.MessageGroupId, id: [body, '', 0] };
      }),
    );
    const sent = outcomes.filter((outcome) => outcome === 'sent').length;
    if (sent > 0) log.warn('to the dead letters', { cause, messages: sent });
    return outcomes;
  }

  const publish = (
    letters: readonly { body: string; group: string | undefined; id: [string, string, number] }[],
  ): Promise<PublicationOutcome[]> =>
    publisher.publish(
      letters.map(({ body, group, id }) => ({
        ...{ queueUrl: deadLetterUrl, body },
        ...(group !== undefined && { group }),
        ...(ordered && { deduplicationId: deduplicationId(...id, deadLetterSuffix(ordered)) }),
      })),
      clock.now() + LETTER_MS,
    );

  return { send, sendStrangers };
}
