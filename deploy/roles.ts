import type { Catalogue } from '../lib/core/catalogue.ts';
import { consumerName } from '../lib/core/names.ts';
import { deadLetterQueueId, functionName, getArn, logGroupId, queueId, REPLAYS_QUEUE_ID, roleId } from './names.ts';
import type { Resource } from './queues.ts';
import type { Settings } from './settings.ts';

interface Statement {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Action: string[];
  Resource: unknown;
  Condition?: Record<string, unknown>;
}

/** What Lambda itself needs to poll for a function: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const poll = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** A role per function, with exactly what that function does. */
export function rolesOf(catalogue: Catalogue, settings: Settings): Record<string, Resource> {
  const deadLetterQueues = [false, true].map(deadLetterQueueId);
  const rights: Record<string, Statement[]> = {
    ingest: publish(catalogue.types.map(queueId)),
    query: [],
    failures: [],
    replay: publish([...catalogue.types.map(queueId), REPLAYS_QUEUE_ID]),
    bulkReplay: [
      allow('Consume', [...poll, 'sqs:ChangeMessageVisibility'], [REPLAYS_QUEUE_ID]),
      ...publish(catalogue.types.map(queueId)),
    ],
    catalogue: [],
    health: [allow('Ping', ['sqs:GetQueueAttributes'], [deadLetterQueueId(false)])],
    deadLetter: [allow('Consume', [...poll, 'sqs:ChangeMessageVisibility'], deadLetterQueues)],
  };
  for (const { definition, ordered } of catalogue.entries) {
    rights[consumerName(definition.type)] = [
      allow('Consume', [...poll, 'sqs:ChangeMessageVisibility'], [queueId(definition.type)]),
      allow('DeadLetter', ['sqs:SendMessage'], [deadLetterQueueId(ordered)]),
    ];
  }
  return Object.fromEntries(
    Object.entries(rights).map(([key, statements]) => [roleId(key), role(key, statements, settings)]),
  );
}

const allow = (sid: string, actions: string[], queueIds: readonly string[]): Statement => ({
  Sid: sid,
  Effect: 'Allow',
  Action: actions,
  Resource: queueIds.map(getArn),
});

/** No statement without a queue: IAM refuses one that names no resource. */
const publish = (queueIds: readonly string[]): Statement[] =>
  queueIds.length === 0 ? [] : [allow('Publish', ['sqs:SendMessage'], queueIds)];

const role = (key: string, statements: readonly Statement[], settings: Settings): Resource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: ['lambda.amazonaws.com'] }, Action: ['sts:AssumeRole'] }],
    },
    Policies: [
      {
        PolicyName: key,
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [writeLog(key), ...statements, ...(settings.vpc ? joinVpc(key, settings) : [])],
        },
      },
    ],
  },
});

/** The ARN of a log group ends in `:*`, which is its streams. */
const writeLog = (key: string): Statement => ({
  Sid: 'Log',
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: [getArn(logGroupId(key))],
});

/**
 * Lambda makes network interfaces with the function's role, and checks these rights for every resource; the second
 * statement takes them from the function's own code. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
function joinVpc(key: string, settings: Settings): Statement[] {
  const Action = [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  const source = {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in
    'Fn::Sub': 'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:'.concat(
      functionName(settings, key),
    ),
  };
  return [
    { Sid: 'JoinVpc', Effect: 'Allow', Action, Resource: '*' },
    {
      Sid: 'NotFromCode',
      Effect: 'Deny',
      Action,
      Resource: '*',
      Condition: { ArnEquals: { 'lambda:SourceFunctionArn': [source] } },
    },
  ];
}
