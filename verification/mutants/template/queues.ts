import type { Mutant } from '../mutant.ts';

const file = 'deploy/queues.ts';
const policies = 'deploy/queue-policies.ts';
const caughtBy = 'test/deploy/rules/queues.test.ts';
const encrypted = 'is encrypted';
const kept = 'keeps events for seven days';

const broken: Omit<Mutant, 'engine' | 'caughtBy'>[] = [
  {
    name: 'a message is visible again while its first run may go on',
    file,
    search: 'const VISIBILITY_FACTOR = 6;',
    replace: 'const VISIBILITY_FACTOR = 1;',
    title: 'hides a message for six runs',
  },
  {
    name: 'the time in which a batch is gathered is not hidden',
    file,
    search: ' + definition.queue.batchWindow,',
    replace: ',',
    title: 'hides a message for six runs',
  },
  {
    name: 'letters are kept no longer than events',
    file,
    search: 'MessageRetentionPeriod: LETTER_RETENTION_SECONDS,',
    replace: 'MessageRetentionPeriod: SOURCE_RETENTION_SECONDS,',
    title: kept,
  },
  {
    name: 'events are kept as SQS does by itself',
    file,
    search: 'MessageRetentionPeriod: SOURCE_RETENTION_SECONDS,',
    replace: '',
    title: kept,
  },
  {
    name: 'a long replay is deleted under way',
    file,
    search: 'MessageRetentionPeriod: 14 * DAY,',
    replace: 'MessageRetentionPeriod: 4 * DAY,',
    title: kept,
  },
  {
    name: 'events are not encrypted',
    file,
    search: 'SqsManagedSseEnabled: true,\n      RedrivePolicy',
    replace: 'RedrivePolicy',
    title: encrypted,
  },
  {
    name: 'letters are not encrypted',
    file,
    search: 'SqsManagedSseEnabled: true,\n    RedriveAllowPolicy: redriveFrom',
    replace: 'SqsManagedSseEnabled: false,\n    RedriveAllowPolicy: redriveFrom',
    title: encrypted,
  },
  {
    name: 'an outage fills the dead letters',
    file,
    search: 'const MAX_RECEIVE_COUNT = 1000;',
    replace: 'const MAX_RECEIVE_COUNT = 5;',
    title: 'gives up a message of a thousand receives',
  },
  {
    name: 'ordered events go to the dead letters without an order',
    file,
    search: 'deadLetterTargetArn: getArn(deadLetterQueueId(ordered)),',
    replace: 'deadLetterTargetArn: getArn(deadLetterQueueId(false)),',
    title: 'to the dead letters of its kind',
  },
  {
    name: 'any queue of the account may have its letters recorded',
    file,
    search: "return { redrivePermission: 'byQueue', sourceQueueArns: sources };",
    replace: "return { redrivePermission: 'allowAll' };",
    title: 'takes those of its kind',
  },
  {
    name: 'any queue may use one of events for its dead letters',
    file,
    search: "},\n      RedriveAllowPolicy: { redrivePermission: 'denyAll' },",
    replace: "},\n      RedriveAllowPolicy: { redrivePermission: 'allowAll' },",
    title: 'no other queue takes any',
  },
  {
    name: 'groups of an ordered type share their throughput',
    file,
    search: "FifoThroughputLimit: 'perMessageGroupId',",
    replace: "FifoThroughputLimit: 'perQueue',",
    title: 'groups do not share their throughput',
  },
  {
    name: 'a stage that retains loses its queues',
    file,
    search: '{ ...queue, ...keeping(settings) }',
    replace: '{ ...queue }',
    title: 'outlives what is deployed',
  },
  {
    name: 'a stage that retains loses the log of its API',
    file: 'deploy/retained.ts',
    search: '[API_LOG_GROUP, ...deployed',
    replace: '[...deployed',
    title: 'outlives what is deployed',
  },
  {
    name: 'messages may travel without TLS',
    file: policies,
    search: "Condition: { Bool: { 'aws:SecureTransport': 'false' } },",
    replace: "Condition: { Bool: { 'aws:SecureTransport': 'true' } },",
    title: 'refuses what comes without TLS',
  },
  {
    name: 'TLS is asked of the owner of the account alone',
    file: policies,
    search: "...{ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*' },",
    replace: "...{ Effect: 'Deny', Principal: { AWS: { Ref: 'AWS::AccountId' } }, Action: 'sqs:*', Resource: '*' },",
    title: 'refuses what comes without TLS',
  },
  {
    name: 'queues of events have no policy',
    file: policies,
    search: '...(events.length > 0 && { EventQueuesPolicy: events }),',
    replace: '',
    title: 'stands before every queue',
  },
  {
    name: 'everybody in the account may send',
    file: policies,
    search: "Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage'",
    replace: "Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage'",
    title: 'refuses to send whoever',
  },
  {
    name: 'every function may send to every queue',
    file: policies,
    search: 'return sends.some((id) => queueIds.includes(id)) ? [roleId(one.key)] : [];',
    replace: 'return sends.some((id) => queueIds.length > 0 && id) ? [roleId(one.key)] : [];',
    title: 'refuses to send whoever',
  },
];

export const queues: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'queues', caughtBy }));
