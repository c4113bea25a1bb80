import * as z from 'zod';
import type { By } from './access/key-entry.ts';
import type { Build } from './build.ts';
import { messageOf, UndecodableError } from './errors.ts';
import { refuseNewer } from './format.ts';
import { parseJson } from './json/parse.ts';
import { isOwnTimestamp, isTimestamp } from './rfc3339.ts';
import { readTraceparent } from './traceparent.ts';

/** What travels through a queue: an event with all that its consumer must know. */
export interface Message {
  version: 1;
  tenant: string;
  id: string;
  source: string;
  type: string;
  subject?: string | undefined;
  time: string;
  /** When ingest received it: RFC 3339, UTC, milliseconds. */
  recordedtime: string;
  dataschema?: string | undefined;
  extensions: Record<string, string | number | boolean>;
  data: unknown;
  fingerprint: string;
  /** 0 for the first publication, n for the n-th replay. */
  replay: number;
  /** Hash of the schema that it was validated with (lib/core/catalogue.ts). */
  schema: string;
  /** Of the definition that it was validated with; messages of earlier code, and of tests, have none. */
  build?: Build | undefined;
  traceparent?: string | undefined;
  /** The key that sent the event, by id and name; messages of earlier code have none. */
  by?: By | undefined;
  /**
   * Members that newer code put beside these: they go wherever the message goes on to, and into no handler
   * (protocol: carried-along).
   */
  carried?: Readonly<Record<string, unknown>> | undefined;
}

const VERSION = 1;
/** Characters of its id, or of its name: more than any has. */
const LONGEST_OF_KEY = 64;

/** As Sluice itself writes a time: pages go by it. */
const ownTime = z.string().refine(isOwnTimestamp, 'is not as Sluice writes a time');

/**
 * Every member has the form that ingest gives it; lengths that a door may once have left open are open here, because what it accepted
 * is to be processed.
 */
const schema = z.object({
  version: z.literal(VERSION),
  tenant: z.string().regex(/^[a-z0-9-]{1,64}$/),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().optional(),
  time: z.string().refine(isTimestamp, 'is no timestamp of RFC 3339'),
  recordedtime: ownTime,
  dataschema: z.string().optional(),
  extensions: z.record(z.string().regex(/^[a-z0-9]+$/), z.union([z.string(), z.int32(), z.boolean()])),
  data: z.unknown(),
  fingerprint: z.string().regex(/^[\w-]{43}$/),
  replay: z.int32().min(0),
  // Of other code it may be another hash, and says no more than that it is another one.
  schema: z.string().regex(/^[\w-]{1,64}$/),
  // Newer code may say more of it.
  build: z.looseObject({ hash: z.string().regex(/^[\w-]{1,64}$/), time: ownTime }).optional(),
  traceparent: z
    .string()
    .refine((value) => readTraceparent(value) === value)
    .optional(),
  by: z.object({ key: z.string().min(1).max(LONGEST_OF_KEY), name: z.string().min(1).max(LONGEST_OF_KEY) }).optional(),
}) satisfies z.ZodType<Omit<Message, 'carried'>>;
const names: ReadonlySet<string> = new Set(Object.keys(schema.shape));

/**
 * The most bytes of one SQS message, body and attributes together.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const MAX_MESSAGE_BYTES = 1_048_576;

/**
 * JSON in which only characters stand that SQS carries unchanged: all others are escaped, astral ones as pairs
 * (protocol: as-sent).
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export const encodeJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A message as it travels: what it carries are members of it. */
export const wireOf = ({ carried, ...message }: Message): Readonly<Record<string, unknown>> => ({
  ...carried,
  ...message,
});

// Most carry nothing, and a copy of each is a tenth of what its text costs.
export const encodeMessage = (message: Message): string =>
  encodeJson(message.carried === undefined ? message : wireOf(message));

/**
 * @throws UndecodableError when the body is none of ours: the queue is untrusted input
 * @throws NewerFormatError when its version is higher than ours: of such a message nothing else is read
 */
export function decodeMessage(body: string): Message {
  let value: unknown;
  try {
    value = parseJson(body);
  } catch (cause) {
    throw new UndecodableError(`the message is not JSON: ${messageOf(cause)}`, { cause });
  }
  return readMessage(value);
}

/** As decodeMessage, of JSON that is parsed already. @throws UndecodableError, NewerFormatError */
export function readMessage(value: unknown): Message {
  if (typeof value !== 'object' || value === null) throw new UndecodableError('the message is not an object');
  if ('version' in value) refuseNewer('the message', value.version, VERSION);
  if (isDeeperThan(MAX_DEPTH, value))
    throw new UndecodableError(`the message is nested deeper than ${MAX_DEPTH} levels`);
  const parsed = schema.safeParse(value);
  if (parsed.success) {
    if (Object.keys(value).every((name) => names.has(name))) return parsed.data;
    const carried = Object.entries(value).filter(([name]) => !names.has(name));
    return { ...parsed.data, carried: Object.fromEntries(carried) };
  }
  const [issue] = parsed.error.issues;
  throw new UndecodableError(`the message is not of version ${VERSION}: ${issue?.path.join('.')} ${issue?.message}`, {
    cause: parsed.error,
  });
}

/** An event may be nested 64 levels deep (docs/http.md); the message and a letter around it add a few. */
const MAX_DEPTH = 70;

/** Is it nested deeper? No deeper than that is looked, because a recursion without an end is what a hostile message is after. */
export function isDeeperThan(most: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (const one of Object.values(value)) if (most === 0 || isDeeperThan(most - 1, one)) return true;
  return false;
}
