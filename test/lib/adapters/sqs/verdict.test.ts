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
    ['contents that SQS does not take', answered('InvalidMessageContents', 400), 'refused', false],
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

describe('an entry of the Failed list', () => {
  test.each([
    ['the sender’s fault', { Code: 'InvalidMessageContents', SenderFault: true }, 'refused', false],
    ['throttling of its key', { Code: 'KmsThrottled', SenderFault: true }, 'refused', true],
    ['a fault of SQS', { Code: 'InternalError', SenderFault: false }, 'unanswered', true],
    ['an entry without a code', {}, 'unanswered', true],
  ])('%s', (_, entry, outcome, again) => {
    expect(judgeFailedEntry(entry)).toEqual({ outcome, again });
  });
});
