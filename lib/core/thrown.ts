import { PermanentError, RetryLaterError, SluiceError } from '../sdk/errors.ts';
import { type Bounded, boundedText } from './bounded-text.ts';
import { DependencyError, NO_CODE, TimeoutError, TransientError } from './errors.ts';
import { isA, memberOf } from './guarded.ts';
import { type Seen, seenIn } from './seen.ts';

/** What an error says, each part within its bound. */
export interface Said {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Whatever was thrown, described once where the handler is called: plain, frozen, and bounded (`MOST`). All that comes after, verdicts,
 * records, letters, groups and log lines, sees only this (protocol: described-once).
 */
export interface Thrown extends Said {
  /** Frames, the innermost first. */
  readonly stack: readonly string[];
  /** What caused it, the nearest first. */
  readonly causes: readonly Said[];
  readonly kind: 'permanent' | 'transient' | 'error';
  /** What a RetryLaterError asks for; seconds are left out where they are no number. */
  readonly retryLater?: { readonly seconds?: number; readonly counts: boolean };
  /** Its message was written for whoever sent the event. */
  readonly forSender: boolean;
  /** What may be down, if this came of it. */
  readonly dependencies: readonly ('mongodb' | 'redis')[];
}

/** In UTF-16 code units, or in pieces. */
const LONGEST_MESSAGE = 1000;
export const MOST = {
  name: 100,
  code: 100,
  message: LONGEST_MESSAGE,
  frames: 10,
  frame: 200,
  causes: 5,
  inner: 10,
} as const;

/** What is read of a stack, behind its first lines, which are the message again. */
const STACK = MOST.frames * MOST.frame * 2;

const originals = new WeakMap<Thrown, { value: unknown }>();

/**
 * Describes anything at all, and never throws: every member is read once and with care, of what is within no more than a bound, and no text
 * of any length costs more than its own.
 * @param bounded what becomes of each text
 */
export function describeThrown(thrown: unknown, bounded: Bounded = boundedText): Thrown {
  // Codes are looked for further down than causes are told.
  const chain = seenIn(thrown, MOST.causes * 2, MOST.inner);
  const described: Thrown = Object.freeze({
    ...saidBy(chain[0], bounded),
    ...saidWithCause(chain, bounded),
    stack: framesOf(thrown, bounded),
    causes: chain.slice(1, 1 + MOST.causes).map((cause) => saidBy(cause, bounded)),
    kind: kindOf(thrown),
    ...(isA(thrown, RetryLaterError) && { retryLater: askedBy(thrown) }),
    forSender: isA(thrown, PermanentError) || isA(thrown, RetryLaterError),
    dependencies: [...new Set(chain.flatMap(suspects))],
  });
  originals.set(described, { value: thrown });
  return described;
}

/** As it was thrown, for the tests of whoever threw it; nothing that runs in a function may look at it. */
export const originalOf = (described: Thrown): unknown => originals.get(described)?.value;

/** What Sluice itself has to say of an event: no code of anybody's threw it. @param forSender whether it was written for the sender */
export const saidByUs = (code: string, message: string, forSender = false): Thrown => ({
  name: 'SluiceError',
  code: boundedText(code, MOST.code),
  message: boundedText(message, MOST.message),
  stack: [],
  causes: [],
  kind: 'error',
  forSender,
  dependencies: [],
});

/**
 * Of an error without a code of its own (`fetch failed`) the nearest code of what caused it, and the message of its cause behind its own.
 * Whoever gives an error a code means it to stand for itself.
 */
function saidWithCause(chain: readonly [Seen, ...Seen[]], bounded: Bounded): Partial<Said> {
  const [thrown, cause] = chain;
  if (codeBy(thrown, bounded) !== NO_CODE || cause === undefined) return {};
  const [own, more] = [textBy(thrown, bounded), textBy(cause, bounded)];
  return {
    code: chain.map((one) => codeBy(one, bounded)).find((code) => code !== NO_CODE) ?? NO_CODE,
    ...(!own.includes(more) && { message: followed(own, more) }),
  };
}

/** What Sluice says of its own errors holds: one that no trying mends is tried no more. */
function kindOf(thrown: unknown): Thrown['kind'] {
  if (isA(thrown, SluiceError) && memberOf(thrown, 'retryable') === false) return 'permanent';
  return isA(thrown, TransientError) ? 'transient' : 'error';
}

/** A message, and behind it what says more. An AggregateError may have none of its own. */
const followed = (own: string, more: string): string =>
  boundedText(own === '' ? more : `${boundedText(own, MOST.message / 2)}: ${more}`, MOST.message);

/** Its code; of an error that holds others, such as one for each address that was tried, the first of theirs. */
const codeBy = (seen: Seen, bounded: Bounded): string =>
  bounded([seen, ...seen.errors].find(({ code }) => code !== NO_CODE)?.code ?? NO_CODE, MOST.code);

/** Its text; of an error that holds others theirs too. */
function textBy({ text, errors }: Seen, bounded: Bounded): string {
  const own = bounded(text, MOST.message);
  if (errors.length === 0) return own;
  return followed(own, errors.map((one) => bounded(one.text, MOST.message)).join('; '));
}

function saidBy(seen: Seen, bounded: Bounded): Said {
  const { name, value } = seen;
  return {
    name: bounded(typeof name === 'string' && name !== '' ? name : typeof value, MOST.name),
    code: codeBy(seen, bounded),
    message: textBy(seen, bounded),
  };
}

function askedBy(error: RetryLaterError): { seconds?: number; counts: boolean } {
  const seconds = memberOf(error, 'seconds');
  return {
    ...(typeof seconds === 'number' && Number.isFinite(seconds) && { seconds }),
    counts: memberOf(error, 'counts') !== false,
  };
}

function suspects({ value, errors }: Seen): ('mongodb' | 'redis')[] {
  if (isA(value, DependencyError)) {
    const dependency = memberOf(value, 'dependency');
    return dependency === 'mongodb' || dependency === 'redis' ? [dependency] : [];
  }
  if (isA(value, TransientError)) return ['mongodb'];
  if (isA(value, TimeoutError)) return ['mongodb', 'redis'];
  return errors.flatMap(suspects);
}

/** Lines of V8's own form. */
const FRAME = '\n    at ';

function framesOf(thrown: unknown, bounded: Bounded): string[] {
  const stack = memberOf(thrown, 'stack');
  if (typeof stack !== 'string') return [];
  const first = stack.indexOf(FRAME);
  if (first < 0) return [];
  return stack
    .slice(first, first + STACK)
    .split(FRAME)
    .slice(1, 1 + MOST.frames)
    .map((frame) => bounded(frame.split('\n')[0] ?? '', MOST.frame));
}
