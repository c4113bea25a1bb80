import type { Delivery } from './delivery.ts';
import type { EventDefinition } from './event.ts';
import { done, type Fate, returned } from './fates.ts';
import { deduplicationId, messageGroup } from './fifo.ts';
import { encodeLetter } from './letter.ts';
import { deadLetterSuffix } from './names.ts';
import type { Attempt, Clock, LastWord, Log, Publisher, Random } from './ports.ts';
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

/** Sends to the dead-letter queue of a type. A message is done only when SQS has confirmed its letter. */
export function createLetterBox(
  { definition, deadLetterUrl }: LetterBoxOptions,
  { publisher, clock, random, log }: LetterBoxPorts,
) {
  const ordered = definition.orderedBy !== undefined;

  async function send(delivery: Delivery, lastWord: LastWord, attempts: readonly Attempt[]): Promise<Fate> {
    const { key, message } = delivery;
    const fifo = ordered && {
      group: delivery.records[0].attributes.MessageGroupId ?? messageGroup(message.tenant, key),
      deduplicationId: deduplicationId(key, message.fingerprint, message.replay, deadLetterSuffix(ordered)),
    };
    log.warn('to the dead letters', {
      key,
      type: definition.type,
      cause: lastWord.cause,
      code: lastWord.code,
      reason: lastWord.message,
    });
    return posted(encodeLetter({ message, lastWord, attempts }), fifo, delivery.receives);
  }

  /** A body that is none of ours goes as it came: wrapped, it might not fit. */
  const sendUndecodable = (body: string, group: string | undefined, receives: number): Promise<Fate> => {
    log.warn('to the dead letters', { type: definition.type, cause: 'undecodable' });
    return posted(
      body,
      ordered && {
        group: group ?? 'undecodable',
        deduplicationId: deduplicationId(body, '', 0, deadLetterSuffix(ordered)),
      },
      receives,
    );
  };

  async function posted(
    body: string,
    fifo: false | { group: string; deduplicationId: string },
    receives: number,
  ): Promise<Fate> {
    const [outcome] = await publisher.publish([{ queueUrl: deadLetterUrl, body, ...fifo }], clock.now() + LETTER_MS);
    return outcome === 'sent' ? done : returned(outageSeconds(receives, random));
  }

  return { send, sendUndecodable };
}

export type LetterBox = ReturnType<typeof createLetterBox>;
