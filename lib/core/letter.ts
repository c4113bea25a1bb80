import { z } from 'zod';
import { UndecodableError } from './errors.ts';
import type { LastWord } from './failure.ts';
import { parseJson } from './json/parse.ts';
import { decodeMessage, encodeJson, encodeMessage, MAX_MESSAGE_BYTES, type Message } from './message.ts';
import type { Attempt } from './outcome.ts';

/** What lies in a dead-letter queue: a message, and why it will not be tried again. */
export interface Letter {
  message: Message;
  lastWord?: LastWord | undefined;
  attempts: readonly Attempt[];
}

const envelope = z.strictObject({
  letter: z.literal(1),
  message: z.unknown(),
  lastWord: z.strictObject({
    cause: z.enum(['permanent', 'invalid-data', 'attempts-exhausted', 'crashed', 'id-reused']),
    code: z.string(),
    message: z.string(),
    group: z.string(),
  }),
  attempts: z.array(
    z.strictObject({
      at: z.string(),
      outcome: z.enum(['succeeded', 'rejected', 'error', 'crashed', 'expired']),
      error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
    }),
  ),
});

/**
 * A message near SQS's limit leaves no room: it goes alone, and the reason is read from its record
 * (protocol: bare-letter).
 */
export function encodeLetter({ message, lastWord, attempts }: Letter): string {
  const body = encodeJson({ letter: 1, message, lastWord, attempts });
  return Buffer.byteLength(body) <= MAX_MESSAGE_BYTES ? body : encodeMessage(message);
}

/**
 * @returns the letter; a bare message (one that was near the limit, or that SQS moved by itself) is a letter without reason
 * @throws UndecodableError when the body is neither
 */
export function decodeLetter(body: string): Letter {
  const parsed = envelope.safeParse(parse(body));
  if (!parsed.success) return { message: decodeMessage(body), attempts: [] };
  const { message, lastWord, attempts } = parsed.data;
  return {
    message: decodeMessage(JSON.stringify(message)),
    lastWord,
    attempts: attempts.map(({ error, ...attempt }) => ({ ...attempt, ...(error && { error }) })),
  };
}

function parse(body: string): unknown {
  try {
    return parseJson(body);
  } catch (cause) {
    throw new UndecodableError('the message is not JSON', { cause });
  }
}
