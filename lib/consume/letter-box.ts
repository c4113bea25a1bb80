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
import { type Delivery, groupOf, type Stranger } from './delivery.ts';

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
    const { cause, code } = lastWord;
    log.warn('to the dead letters', {
      ...eventFields(message),
      attempts: attempts.length,
      cause,
      code,
      reason: lastWord.message,
    });
    const body = encodeLetter({ message, lastWord, attempts });
    const [outcome] = await publish([
      { body, group: groupOf(delivery), id: [key, message.fingerprint, message.replay] },
    ]);
    return outcome;
  }

  /** Records that go as they came, all in one call. @returns what became of them, in their order */
  async function sendStrangers(strangers: readonly Stranger[], cause: StrangersCause): Promise<PublicationOutcome[]> {
    if (strangers.length === 0) return [];
    log.warn('to the dead letters', { cause, messages: strangers.length });
    return publish(
      strangers.map(({ record, body }) => {
        return { body, group: record.attributes.MessageGroupId ?? record.messageId, id: [body, '', 0] };
      }),
    );
  }

  const publish = (letters: readonly { body: string; group: string; id: [string, string, number] }[]) =>
    publisher.publish(
      letters.map(({ body, group, id }) => {
        const fifo = ordered && { group, deduplicationId: deduplicationId(...id, deadLetterSuffix(ordered)) };
        return { queueUrl: deadLetterUrl, body, ...fifo };
      }),
      clock.now() + LETTER_MS,
    );

  return { send, sendStrangers };
}
