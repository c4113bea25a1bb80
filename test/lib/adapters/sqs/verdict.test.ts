import { describe, expect, test } from 'vitest';
import { judgeError, judgeFailedEntry } from '../../../../lib/adapters/sqs/verdict.ts';

const thrown = (name: string, properties: object = {}) => Object.assign(new Error(name), { name }, properties);
const answered = (name: string, httpStatusCode: number) => thrown(name, { $metadata: { httpStatusCode } });

describe('an error of SendMessageBatch says whether SQS may hold the messages, and whether to try again', () => {
  test.each([
    ['a refused connection', thrown('Error', { code: 'ECONNREFUSED' }), 'refused', true],
    ['a name that does not resolve', thrown('Error', { code: 'ENOTFOUND' }), 'refused', true],
    ['no credentials to sign with', thrown('CredentialsProviderError'), 'refused', false],
    ['throttling', answered('ThrottlingException', 400), 'refused', true],
    ['a queue that does not exist', answered('QueueDoesNotExist', 400), 'refused', false],
    ['no permission', answered('AccessDenied', 403), 'refused', false],
    ['contents that SQS does not take', answered('InvalidMessageContents', 400), 'unacceptable', false],
    [
      'a batch of more bytes than SQS takes',
      answered('AWS.SimpleQueueService.BatchRequestTooLong', 400),
      { tooLarge: true },
      false,
    ],
    ['a queue of an older name', answered('AWS.SimpleQueueService.NonExistentQueue', 400), 'refused', false],
    ['a malformed request of ours', answered('SerializationException', 400), 'refused', false],
    ['an answer of 500', answered('InternalFailure', 500), 'unanswered', true],
    ['an answer of 503', answered('ServiceUnavailable', 503), 'unanswered', true],
    ['a connection cut after sending', thrown('TimeoutError', { code: 'ECONNRESET' }), 'unanswered', true],
    ['a request that took too long', thrown('TimeoutError', { code: 'ETIMEDOUT' }), 'unanswered', false],
    ['the deadline', thrown('AbortError'), 'unanswered', false],
    ['408', answered('RequestTimeout', 408), 'unanswered', false],
    ['an answer that is no JSON', new SyntaxError('Unexpected token'), 'unanswered', true],
    ['something that is no error', 'broken', 'unanswered', true],
  ])('%s', (_, error, outcome, again) => {
    expect(judgeError(error)).toEqual({ outcome, again });
  });
});

describe('entry 43: an entry of the Failed list', () => {
  test.each([
    ['contents that SQS does not take', { Code: 'InvalidMessageContents', SenderFault: true }, 'unacceptable', false],
    ['a fault of the sender’s that nobody knows', { Code: 'Other', SenderFault: true }, 'unacceptable', false],
    [
      'more bytes than the queue takes',
      {
        Code: 'InvalidParameterValue',
        SenderFault: true,
        Message: 'One or more parameters are invalid. Reason: Message must be shorter than 262144 bytes.',
      },
      { tooLarge: true, most: 262_144 },
      false,
    ],
    ['the same without a figure', { Code: 'MessageTooLong', SenderFault: true }, { tooLarge: true }, false],
    ['no permission', { Code: 'AccessDeniedException', SenderFault: true }, 'refused', false],
    ['a queue that is gone', { Code: 'AWS.SimpleQueueService.NonExistentQueue', SenderFault: true }, 'refused', false],
    ['throttling of its key', { Code: 'KmsThrottled', SenderFault: true }, 'refused', true],
    ['a fault of SQS', { Code: 'InternalError', SenderFault: false }, 'unanswered', true],
    ['a fault of SQS that it calls the sender’s', { Code: 'InternalError', SenderFault: true }, 'refused', false],
    ['an entry without a code', {}, 'unanswered', true],
  ])('%s', (_, entry, outcome, again) => {
    expect(judgeFailedEntry(entry)).toEqual({ outcome, again });
  });
});
