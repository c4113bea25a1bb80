import type { QueueRights } from '../lib/wiring/functions/declaration.ts';
import { type Deployed, queueIdsOf } from './deployed.ts';
import { deadLetterQueueId, getArn, queueId, REPLAYS_QUEUE_ID, roleId } from './names.ts';
import type { Resource } from './queues.ts';

/** Rights by which a function sends. */
const SENDING = ['publish', 'deadLetter'] as const satisfies readonly (keyof QueueRights)[];

/**
 * Once the policy of all queues. CloudFormation takes the policy off a queue that a resource lists no more, so the others wait until that
 * is done: else it would be theirs.
 */
const FIRST = 'QueuePolicy';

/**
 * Who may send to which queue, by what the functions declare: nobody else in the account, and nobody without TLS
 * (protocol: letters-by-sender). Queues with the same senders share a policy.
 */
export function queuePoliciesOf(deployed: readonly Deployed[]): Record<string, Resource> {
  const events = deployed.flatMap(({ entry }) => (entry ? [queueId(entry.definition.type)] : []));
  const queues = {
    [FIRST]: [REPLAYS_QUEUE_ID],
    ...(events.length > 0 && { EventQueuesPolicy: events }),
    ...Object.fromEntries([false, true].map(deadLetterQueueId).map((id) => [`${id}Policy`, [id]])),
  };
  return Object.fromEntries(
    Object.entries(queues).map(([id, queueIds]) => [id, policy(id, queueIds, sendersTo(queueIds, deployed))]),
  );
}

/** Roles of the functions that send to one of these queues. */
const sendersTo = (queueIds: readonly string[], deployed: readonly Deployed[]): string[] =>
  deployed.flatMap((one) => {
    const { queues = {} }: { queues?: QueueRights } = one.declaration;
    const sends = queueIdsOf(
      SENDING.flatMap((right) => queues[right] ?? []),
      one,
    );
    return sends.some((id) => queueIds.includes(id)) ? [roleId(one.key)] : [];
  });

/** `*` is the queue that the policy is attached to: one resource does for several. */
const policy = (id: string, queueIds: readonly string[], senders: readonly string[]): Resource => ({
  Type: 'AWS::SQS::QueuePolicy',
  ...(id !== FIRST && { DependsOn: [FIRST] }),
  Properties: {
    Queues: queueIds.map((queue) => ({ Ref: queue })),
    PolicyDocument: {
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
          Condition: othersThan(senders),
        },
      ],
    },
  },
});

/**
 * Whoever is none of these roles. A service of AWS is not meant: it has no right to send either, since nothing here gives it one, and
 * SQS's own moves to a dead-letter queue stay out of this.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (aws:PrincipalArn, aws:PrincipalIsAWSService)
 */
const othersThan = (roles: readonly string[]) => ({
  BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
  // Two dead-letter queues stand, of which one may have no type: nobody sends there.
  ...(roles.length > 0 && { ArnNotEquals: { 'aws:PrincipalArn': roles.map(getArn) } }),
});
