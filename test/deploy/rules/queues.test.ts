import { describe, expect, test } from 'vitest';
import { arnOf, fullTemplate, resourcesOf } from '../../support/full-template.ts';

type Conditions = Record<string, Record<string, unknown>>;

const DAY = 86_400;
const template = await fullTemplate();
const queues = resourcesOf(template, 'AWS::SQS::Queue');
const policies = Object.values(resourcesOf(template, 'AWS::SQS::QueuePolicy'));
const events = ['StockCountedQueue', 'StockMovedQueue', 'StockSeenQueue'];

/** Each queue with the function that it is handed to. */
const handed = Object.values(template.functions).flatMap((one) =>
  one.events.flatMap((event) => ('sqs' in event ? [{ id: event.sqs.arn['Fn::GetAtt'][0], one, sqs: event.sqs }] : [])),
);

describe('a queue', () => {
  test('is handed to one function', () => {
    expect(handed.map(({ id }) => id).toSorted()).toEqual(Object.keys(queues).toSorted());
  });

  test('hides a message for six runs of its function, and the time in which a batch is gathered', () => {
    for (const { id, one, sqs } of handed)
      expect(queues[id]?.VisibilityTimeout, id).toBe(6 * one.timeout + (sqs.maximumBatchingWindow ?? 0));
    expect(queues.StockSeenQueue?.VisibilityTimeout).toBe(6 * 17 + 2);
  });

  test('keeps events for seven days, and for fourteen what comes after them', () => {
    for (const [id, { MessageRetentionPeriod }] of Object.entries(queues))
      expect(MessageRetentionPeriod, id).toBe(events.includes(id) ? 7 * DAY : 14 * DAY);
  });

  test('is encrypted', () => {
    for (const [id, { SqsManagedSseEnabled }] of Object.entries(queues)) expect(SqsManagedSseEnabled, id).toBe(true);
  });

  test('of events gives up a message of a thousand receives to the dead letters of its kind, and no other queue does', () => {
    for (const [id, { RedrivePolicy }] of Object.entries(queues)) {
      const target = id === 'StockMovedQueue' ? 'FifoDeadLetterQueue' : 'DeadLetterQueue';
      const expected = { deadLetterTargetArn: arnOf(target), maxReceiveCount: 1000 };
      expect(RedrivePolicy, id).toEqual(events.includes(id) ? expected : undefined);
    }
  });

  test('of dead letters takes those of its kind, and no other queue takes any', () => {
    const takes = Object.entries(queues).map(([id, { RedriveAllowPolicy }]) => {
      const { redrivePermission, sourceQueueArns = [] } = RedriveAllowPolicy as {
        redrivePermission: string;
        sourceQueueArns?: { 'Fn::Sub': string }[];
      };
      return [id, redrivePermission, ...sourceQueueArns.map((one) => one['Fn::Sub'].split(':').at(-1))];
    });
    expect(takes.toSorted()).toEqual([
      ['DeadLetterQueue', 'byQueue', 'sluice-dev-stock-counted', 'sluice-dev-stock-seen'],
      ['FifoDeadLetterQueue', 'byQueue', 'sluice-dev-stock-moved.fifo'],
      ['ReplaysQueue', 'denyAll'],
      ...events.map((id) => [id, 'denyAll']),
    ]);
  });

  test('of an ordered type keeps the order within a group, and groups do not share their throughput', () => {
    const fifo = { FifoQueue: true, DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' };
    for (const [id, { QueueName, ...properties }] of Object.entries(queues)) {
      const isOrdered = ['StockMovedQueue', 'FifoDeadLetterQueue'].includes(id);
      expect(String(QueueName).endsWith('.fifo'), id).toBe(isOrdered);
      if (isOrdered) expect(properties, id).toMatchObject(fifo);
      else expect(properties, id).not.toHaveProperty('FifoQueue');
    }
  });

  test('outlives what is deployed, and so does every log', () => {
    const { HttpApiStage: _, ...logs } = { ...template.resources.extensions };
    const holding = [...Object.keys(queues).map((id) => template.resources.Resources[id]), ...Object.values(logs)];
    expect(holding).toHaveLength(6 + Object.keys(template.functions).length + 1);
    for (const one of holding) expect(one).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });
});

describe('a policy', () => {
  test('stands before every queue, one each', () => {
    const named = policies.flatMap(({ Queues }) => (Queues as { Ref: string }[]).map(({ Ref }) => Ref));
    expect(named.toSorted()).toEqual(Object.keys(queues).toSorted());
  });

  test('refuses what comes without TLS, whoever it is', () => {
    for (const { PolicyDocument } of policies)
      expect(PolicyDocument).toMatchObject({
        Statement: [
          {
            ...{ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
          {},
        ],
      });
  });

  test('refuses to send whoever is none of the functions that do', () => {
    const senders = policies.map(({ Queues, PolicyDocument }) => {
      const [, deny] = (PolicyDocument as { Statement: Record<'Condition', Conditions>[] }).Statement;
      expect(deny).toMatchObject({ Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' });
      const { BoolIfExists, ArnNotEquals, ...others }: Conditions = { ...deny?.Condition };
      expect([BoolIfExists, others]).toEqual([{ 'aws:PrincipalIsAWSService': 'false' }, {}]);
      const roles = ArnNotEquals?.['aws:PrincipalArn'] as { 'Fn::GetAtt': [string] }[];
      return [(Queues as { Ref: string }[])[0]?.Ref, ...roles.map((one) => one['Fn::GetAtt'][0]).toSorted()];
    });
    expect(senders.toSorted()).toEqual([
      ['DeadLetterQueue', 'OnStockCountedRole', 'OnStockSeenRole'],
      ['FifoDeadLetterQueue', 'OnStockMovedRole'],
      ['ReplaysQueue', 'ReplayRole'],
      ['StockCountedQueue', 'BulkReplayRole', 'IngestRole', 'ReplayRole'],
    ]);
  });
});
