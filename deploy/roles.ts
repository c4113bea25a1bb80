import { secretNames } from '../lib/sdk/settings.ts';
import type { QueueRights } from '../lib/wiring/functions/declaration.ts';
import { type Deployed, queueIdsOf } from './deployed.ts';
import { environmentOf, secretsIn } from './environment.ts';
import { functionName, getArn, logGroupId, parameterArn, parameterName, roleId, secretArn } from './names.ts';
import type { Resource } from './queues.ts';
import type { Settings } from './settings.ts';

interface Statement {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Action: readonly string[];
  Resource: unknown;
  Condition?: Record<string, unknown>;
}

/** What Lambda itself needs to poll for a function: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const poll = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** What each right means at SQS; statements stand in this order. */
const RIGHTS = [
  { right: 'consume', sid: 'Consume', actions: poll },
  { right: 'putOff', sid: 'PutOff', actions: ['sqs:ChangeMessageVisibility'] },
  { right: 'publish', sid: 'Publish', actions: ['sqs:SendMessage'] },
  { right: 'deadLetter', sid: 'DeadLetter', actions: ['sqs:SendMessage'] },
  { right: 'ping', sid: 'Ping', actions: ['sqs:GetQueueAttributes'] },
] as const satisfies { right: keyof QueueRights; sid: string; actions: readonly string[] }[];

/** A role per function, with exactly what that function does. */
export const rolesOf = (deployed: readonly Deployed[], settings: Settings): Record<string, Resource> =>
  Object.fromEntries(
    deployed.map((one) => [
      roleId(one.key),
      role(
        one.key,
        [...statementsOf(one), ...addressStatements(one, settings), ...ownStatements(one, settings)],
        settings,
      ),
    ]),
  );

function statementsOf(one: Deployed): Statement[] {
  const { queues = {} }: { queues?: QueueRights } = one.declaration;
  return RIGHTS.flatMap(({ right, sid, actions }) => {
    const ids = queueIdsOf(queues[right] ?? [], one);
    // IAM refuses a statement that names no resource.
    return ids.length === 0 ? [] : [allow(sid, actions, ids)];
  });
}

/** To read the secrets that its variables name, and no other. */
function addressStatements({ declaration, types }: Deployed, settings: Settings): Statement[] {
  const secrets = secretsIn(environmentOf(declaration, types, settings));
  if (secrets.length === 0) return [];
  const { secretsKeyArn } = settings;
  return [
    statement('Addresses', ['secretsmanager:GetSecretValue'], secrets.map(secretArn)),
    ...(secretsKeyArn ? [statement('KeyOfAddresses', ['kms:Decrypt'], [secretsKeyArn])] : []),
  ];
}

/** What an event file asks for: to read its own secrets, and its permissions. */
function ownStatements({ entry }: Deployed, settings: Settings): Statement[] {
  if (!entry) return [];
  const { env, permissions } = entry.definition;
  const secrets = secretNames(env).map((name) => parameterArn(parameterName(settings, name)));
  return [
    ...(secrets.length > 0 ? [statement('Secrets', ['ssm:GetParameters'], secrets)] : []),
    ...permissions.map(({ actions, resources }, index) => statement(`Permission${index + 1}`, actions, resources)),
  ];
}

const allow = (sid: string, actions: readonly string[], queueIds: readonly string[]): Statement =>
  statement(sid, actions, queueIds.map(getArn));

const statement = (Sid: string, Action: readonly string[], Resource: readonly unknown[]): Statement => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
});

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
