import type { PublicationOutcome, TooLarge } from '../../ports/publisher.ts';

/** What an error says about a message that was being sent. */
export interface Verdict {
  /** `refused`: SQS does not hold it. `unanswered`: it may. The others: nor will it ever. */
  outcome: Exclude<PublicationOutcome, 'sent' | 'unsent'>;
  /** Whether a second try, at once, makes sense. */
  again: boolean;
}

const throttled: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'KmsThrottled',
]);

/** Nothing was sent: no connection came about, or there was nothing to sign the request with. */
const neverLeft: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CredentialsProviderError',
]);

/** The SDK calls these TimeoutError too, but they come at once, most often from a kept connection that the other side had closed. */
const cut: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

/** A time that ran out is not tried again: the queue is slow, and the budget is spent. */
const timedOut: ReadonlySet<string> = new Set(['TimeoutError', 'AbortError', 'RequestTimeout']);

/**
 * Judges what `send` threw. Only a 4xx answer, or a connection that never came about, is a definite refusal
 * (protocol: silence-is-not-no), and one for good only where it is about the message.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
export function judgeError(error: unknown): Verdict {
  const { name, code, status } = featuresOf(error);
  if (throttled.has(name)) return { outcome: 'refused', again: true };
  if (neverLeft.has(code) || neverLeft.has(name)) return { outcome: 'refused', again: code !== '' };
  if (cut.has(code)) return { outcome: 'unanswered', again: true };
  if (timedOut.has(name)) return { outcome: 'unanswered', again: false };
  if (status !== undefined && status >= 400 && status < 500) {
    const forGood = tooLarge(name, messageOf(error)) ?? (contents.has(plain(name)) ? 'unacceptable' : 'refused');
    return { outcome: forGood, again: false };
  }
  return { outcome: 'unanswered', again: true };
}

/**
 * Judges one entry of a `Failed` list. A fault of SQS's own (`InternalError`) is no definite refusal.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_BatchResultErrorEntry.html
 */
export function judgeFailedEntry({ Code = '', SenderFault, Message = '' }: FailedEntry): Verdict {
  if (throttled.has(Code)) return { outcome: 'refused', again: true };
  if (!SenderFault) return { outcome: 'unanswered', again: true };
  const forGood = tooLarge(Code, Message) ?? (mendable.test(Code) ? 'refused' : 'unacceptable');
  return { outcome: forGood, again: false };
}

interface FailedEntry {
  Code?: string | undefined;
  SenderFault?: boolean | undefined;
  Message?: string | undefined;
}

/** Faults of a right, a key or a queue, which somebody can mend while the message waits, or of SQS itself, whoever it says is at fault. */
const mendable =
  /AccessDenied|NotAuthorized|NonExistentQueue|QueueDoesNotExist|Kms|Security|Token|Signature|OverLimit|Internal|Unavailable/i;

/** Codes by which a request is refused for what stands in a message; of an entry every other fault of the sender is one. */
const contents: ReadonlySet<string> = new Set(['InvalidMessageContents', 'InvalidParameterValue', 'InvalidParameter']);

const sizeCodes: ReadonlySet<string> = new Set(['MessageTooLong', 'BatchRequestTooLong']);
/** SQS has no code of its own for one message that is too long, it says so in words; others copy them more or less. */
const sizeWords = /must be shorter than|cannot be longer than|too (?:long|large)|exceeds? the (?:maximum|limit)/i;

function tooLarge(code: string, message: string): TooLarge | undefined {
  const bySize = sizeCodes.has(plain(code)) || (contents.has(plain(code)) && sizeWords.test(message));
  if (!bySize) return undefined;
  const most = /(?:shorter|longer) than (\d{1,9}) bytes/i.exec(message)?.[1];
  return { tooLarge: true, ...(most !== undefined && { most: Number(most) }) };
}

/** `AWS.SimpleQueueService.BatchRequestTooLong`, `InvalidParameterValueException`: one name each. */
const plain = (code: string): string => code.replace(/^.*[.#]/, '').replace(/Exception$/, '');

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '');

function featuresOf(error: unknown): { name: string; code: string; status: number | undefined } {
  const none = { name: '', code: '', status: undefined };
  if (typeof error !== 'object' || error === null) return none;
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return {
    name: error instanceof Error ? error.name : '',
    code: 'code' in error && typeof error.code === 'string' ? error.code : '',
    status: typeof status === 'number' ? status : undefined,
  };
}
