/** What an error says about a message that was being sent. */
export interface Verdict {
  /** `refused`: SQS does not hold it. `unanswered`: it may. */
  outcome: 'refused' | 'unanswered';
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
 * (protocol: silence-is-not-no).
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
 */
export function judgeError(error: unknown): Verdict {
  const { name, code, status } = featuresOf(error);
  if (throttled.has(name)) return { outcome: 'refused', again: true };
  if (neverLeft.has(code) || neverLeft.has(name)) return { outcome: 'refused', again: code !== '' };
  if (cut.has(code)) return { outcome: 'unanswered', again: true };
  if (timedOut.has(name)) return { outcome: 'unanswered', again: false };
  if (status !== undefined && status >= 400 && status < 500) return { outcome: 'refused', again: false };
  return { outcome: 'unanswered', again: true };
}

/**
 * Judges one entry of a `Failed` list. A fault of SQS's own (`InternalError`) is no definite refusal.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_BatchResultErrorEntry.html
 */
export function judgeFailedEntry(entry: { Code?: string | undefined; SenderFault?: boolean | undefined }): Verdict {
  if (entry.Code !== undefined && throttled.has(entry.Code)) return { outcome: 'refused', again: true };
  return entry.SenderFault ? { outcome: 'refused', again: false } : { outcome: 'unanswered', again: true };
}

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
