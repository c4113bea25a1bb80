/**
 * Codes whose name in the header `x-amzn-query-error` is another: SDKs show that one as `Code`.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html and the service's Smithy model (awsQueryError)
 */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueNameExists: 'QueueAlreadyExists',
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
};
const PREFIXED: ReadonlySet<string> = new Set([
  'BatchEntryIdsNotDistinct',
  'BatchRequestTooLong',
  'EmptyBatchRequest',
  'InvalidBatchEntryId',
  'MessageNotInflight',
  'PurgeQueueInProgress',
  'QueueDeletedRecently',
  'TooManyEntriesInBatchRequest',
  'UnsupportedOperation',
]);

/** A request that AWS refuses: code and message as AWS words them. */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }

  /** Value of the header `x-amzn-query-error`. */
  get queryError(): string {
    const prefix = PREFIXED.has(this.code) ? 'AWS.SimpleQueueService.' : '';
    return `${QUERY_CODES[this.code] ?? prefix + this.code};Sender`;
  }

  /** The body of an answer in AWS JSON 1.0. */
  get body() {
    return { __type: `com.amazonaws.sqs#${this.code}`, message: this.message };
  }

  /** As an entry of `Failed` in the answer to a batch. */
  entry(id: string) {
    return { Id: id, SenderFault: true, Code: this.code, Message: this.message };
  }
}

/** A parameter that is out of its bounds, in AWS's words. */
export const invalid = (value: unknown, parameter: string, reason: string): Refusal =>
  new Refusal(
    'InvalidParameterValue',
    `Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`,
  );

export const missing = (parameter: string): Refusal =>
  new Refusal('MissingParameter', `The request must contain the parameter ${parameter}.`);
