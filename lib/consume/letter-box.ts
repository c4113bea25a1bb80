import type { LastWord } from '../core/failure.ts';
import { deduplicationId } from '../core/fifo.ts';
import { encodeLetter } from '../core/letter.ts';
import { deadLetterSuffix } from '../core/names.ts';
import type { Attempt } from '../core/outcome.ts';
import { receiveCount } from '../core/sqs-batch.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { PublicationOutcome, Publisher } from '../ports/publisher.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import type { Log } from '../sdk/log.ts';
import type { Delivery, Stranger } from './delivery.ts';
import { groupOf } from './delivery.ts';
import { done, type Fate, returned } from './fates.ts';
import { outageSeconds } from './retry.ts';

export interface LetterBoxPorts {
  publisher: Publisher;
  clock: Clock;
  random: Random;
  log: Log;
}

export interface LetterBoxOptions {
  definition: EventDefinition;
  deadLetterUrl: string;
}

/** How long SQS may take over a letter; unanswered, the message comes back. */
const LETTER_MS = 4000;

/**
 * Sends to the dead-letter queue of a type. A message is done only when SQS has confirmed its letter
 * (protocol: letter-before-ack).
 */
export function createLetterBox(
  { definition, deadLetterUrl }: LetterBoxOptions,
  { publisher, clock, random, log }: LetterBoxPorts,
) {
  const ordered = definition.orderedBy !== undefined;

  async function send(delivery: Delivery, lastWord: LastWord, attempts: readonly Attempt[]): Promise<Fate> {
    const { key, message, receives } = delivery;
    log.warn('to the dead letters', { key, type: definition.type, cause: lastWord.cause, reason: lastWord.message });
    const body = encodeLetter({ message, lastWord, attempts });
    const [outcome] = await publish([
      { body, group: groupOf(delivery), id: [key, message.fingerprint, message.replay] },
    ]);
    return fateOf(outcome, receives);
  }

  /** Records that are none of this consumer's, all in one call. @returns their fates, in their order */
  async function sendStrangers(strangers: readonly Stranger[]): Promise<Fate[]> {
    if (strangers.length === 0) return [];
    log.warn('to the dead letters', { type: definition.type, cause: 'undecodable', messages: strangers.length });
    const outcomes = await publish(
      strangers.map(({ record, body }) => {
        return { body, group: record.attributes.MessageGroupId ?? record.messageId, id: [body, '', 0] };
      }),
    );
    return strangers.map(({ record }, index) => fateOf(outcomes[index], receiveCount(record)));
  }

  const publish = (letters: readonly { body: string; group: string; id: [string, string, number] }[]) =>
    publisher.publish(
      letters.map(({ body, group, id }) => {
        const fifo = ordered && { group, deduplicationId: deduplicationId(...id, deadLetterSuffix(ordered)) };
        return { queueUrl: deadLetterUrl, body, ...fifo };
      }),
      clock.now() + LETTER_MS,
    );

  const fateOf = (outcome: PublicationOutcome | undefined, receives: number): Fate =>
    outcome === 'sent' ? done : returned(outageSeconds(receives, random));

  return { send, sendStrangers };
}
