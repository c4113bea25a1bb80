import * as z from 'zod';
import { UndecodableError } from './errors.ts';
import type { LastWord } from './failure.ts';
import { refuseNewer } from './format.ts';
import { parseJson } from './json/parse.ts';
import { encodeJson, encodeMessage, MAX_MESSAGE_BYTES, type Message, readMessage, wireOf } from './message.ts';
import type { Attempt } from './outcome.ts';

/** What lies in a dead-letter queue: a message, and why it will not be tried again. */
export interface Letter {
  message: Message;
  lastWord?: LastWord | undefined;
  attempts: readonly Attempt[];
}

const VERSION = 1;

/** What newer code puts beside these says nothing to this code: a letter ends here. */
const envelope = z.object({
  letter: z.literal(VERSION),
  message: z.unknown(),
  lastWord: z.object({
    cause: z.enum(['permanent', 'invalid-data', 'attempts-exhausted', 'crashed', 'id-reused']),
    code: z.string(),
    message: z.string(),
    group: z.string(),
  }),
  attempts: z.array(
    z.object({
      at: z.string(),
      outcome: z.enum(['succeeded', 'rejected', 'error', 'crashed', 'expired']),
      error: z.object({ code: z.string(), message: z.string(), forSender: z.boolean().optional() }).optional(),
    }),
  ),
});

/**
 * A message near SQS's limit leaves no room: it goes alone, and the reason is read from its record
 * (protocol: bare-letter).
 */
export function encodeLetter({ message, lastWord, attempts }: Letter): string {
  const body = encodeJson({ letter: VERSION, message: wireOf(message), lastWord, attempts });
  return Buffer.byteLength(body) <= MAX_MESSAGE_BYTES ? body : encodeMessage(message);
}

/**
 * @returns the letter; a bare message (one that was near the limit, or that SQS moved by itself) is a letter without reason
 * @throws UndecodableError when the body is neither
 * @throws NewerFormatError when the letter, or the message in it, is of a higher version than ours
 */
export function decodeLetter(body: string): Letter {
  const value = parse(body);
  if (isLetter(value)) refuseNewer('the letter', value.letter, VERSION);
  const parsed = envelope.safeParse(value);
  if (!parsed.success) return { message: readMessage(value), attempts: [] };
  const { message, lastWord, attempts } = parsed.data;
  return {
    message: readMessage(message),
    lastWord,
    attempts: attempts.map(({ error, ...attempt }) => ({ ...attempt, ...(error && { error: errorOf(error) }) })),
  };
}

const errorOf = ({ forSender, ...error }: { code: string; message: string; forSender?: boolean | undefined }) => ({
  ...error,
  ...(forSender && { forSender }),
});

/** What has a `version` of its own is a bare message, whatever newer code put into it. */
const isLetter = (value: unknown): value is { letter: unknown } =>
  typeof value === 'object' && value !== null && 'letter' in value && !('version' in value);

function parse(body: string): unknown {
  try {
    return parseJson(body);
  } catch (cause) {
    throw new UndecodableError('the message is not JSON', { cause });
  }
}
