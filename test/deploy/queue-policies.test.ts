import { describe, expect, test } from 'vitest';
import { deployedOf } from '../../deploy/deployed.ts';
import { queuePoliciesOf } from '../../deploy/queue-policies.ts';
import { catalogueOf } from '../../lib/core/catalogue.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import type { EventDefinition } from '../../lib/sdk/definition.ts';
import { functions } from '../../lib/wiring/functions/functions.ts';
import { definitionOf } from '../support/definitions.ts';
import { ordered, plain } from '../support/service-definitions.ts';

const another = defineEvent(definitionOf('parcel.sent'));

/** The policies of a service with these types: who may send to which queues, by logical names. */
function sendersIn(definitions: readonly EventDefinition[]): Record<string, { queues: string[]; senders: string[] }> {
  const policies = queuePoliciesOf(deployedOf(functions, catalogueOf(definitions)));
  return Object.fromEntries(
    Object.entries(policies).map(([id, { Properties }]) => {
      const { Queues, PolicyDocument } = Properties as {
        Queues: { Ref: string }[];
        PolicyDocument: { Statement: { Condition: { ArnNotEquals?: { 'aws:PrincipalArn': object[] } } }[] };
      };
      const roles = PolicyDocument.Statement[1]?.Condition.ArnNotEquals?.['aws:PrincipalArn'] ?? [];
      const senders = roles.map((role) => (role as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0]);
      return [id, { queues: Queues.map(({ Ref }) => Ref), senders: senders.toSorted() }];
    }),
  );
}

describe('who may send (protocol: letters-by-sender)', () => {
  test('is ingest and the failure desk to the queues of events, and a consumer to the dead letters of its kind', () => {
    expect(sendersIn([plain, ordered, another])).toEqual({
      QueuePolicy: { queues: ['ReplaysQueue'], senders: ['ReplayRole'] },
      EventQueuesPolicy: {
        queues: ['ParcelSentQueue', 'StockMovedQueue', 'StockSeenQueue'],
        senders: ['BulkReplayRole', 'IngestRole', 'ReplayRole'],
      },
      DeadLetterQueuePolicy: { queues: ['DeadLetterQueue'], senders: ['OnParcelSentRole', 'OnStockSeenRole'] },
      FifoDeadLetterQueuePolicy: { queues: ['FifoDeadLetterQueue'], senders: ['OnStockMovedRole'] },
    });
  });

  test('is nobody where nobody is to', () => {
    const { EventQueuesPolicy, DeadLetterQueuePolicy, FifoDeadLetterQueuePolicy } = sendersIn([]);
    expect(EventQueuesPolicy).toBeUndefined();
    for (const policy of [DeadLetterQueuePolicy, FifoDeadLetterQueuePolicy]) expect(policy?.senders).toEqual([]);
    for (const { Properties } of Object.values(queuePoliciesOf(deployedOf(functions, catalogueOf([])))))
      expect(JSON.stringify(Properties)).not.toContain('[]');
  });
});

describe('a policy', () => {
  const policies = queuePoliciesOf(deployedOf(functions, catalogueOf([plain, ordered])));

  test('refuses every request without TLS, and whoever sends and is none of these, a service of AWS left out', () => {
    for (const [id, { Properties }] of Object.entries(policies))
      expect(Properties.PolicyDocument, id).toEqual({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'OnlyOverTls',
            ...{ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
          {
            Sid: 'OnlyTheseSend',
            ...{ Effect: 'Deny', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' },
            Condition: {
              BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
              ArnNotEquals: {
                'aws:PrincipalArn': expect.arrayContaining([{ 'Fn::GetAtt': [expect.anything(), 'Arn'] }]),
              },
            },
          },
        ],
      });
  });

  test('that a queue gets in place of that of all queues waits until it has lost that one', () => {
    const { QueuePolicy, ...others } = policies;
    expect(QueuePolicy).not.toHaveProperty('DependsOn');
    for (const [id, one] of Object.entries(others)) expect(one.DependsOn, id).toEqual(['QueuePolicy']);
  });

  test('of forty types is within the 8,192 bytes that SQS takes', () => {
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
    const many = Array.from({ length: 40 }, (_, index) => defineEvent(definitionOf(`some.type.v${index}`)));
    const { DeadLetterQueuePolicy } = queuePoliciesOf(deployedOf(functions, catalogueOf(many)));
    const text = JSON.stringify(DeadLetterQueuePolicy?.Properties.PolicyDocument);
    const longest = `"arn:aws-us-gov:iam::123456789012:role/${'r'.repeat(64)}"`;
    expect(text.replaceAll(/\{"Fn::GetAtt":\[[^\]]+\]\}/g, longest).length).toBeLessThan(8192);
  });
});
