import type { Mutant } from '../mutant.ts';

const file = 'deploy/roles.ts';
const caughtBy = 'test/deploy/rules/roles.test.ts';
const wildcard = 'has no wildcard';
const actions = 'has these actions on these queues';

const broken: Omit<Mutant, 'engine' | 'caughtBy'>[] = [
  {
    name: 'whoever publishes may do anything with a queue',
    file,
    search: "sid: 'Publish', actions: ['sqs:SendMessage']",
    replace: "sid: 'Publish', actions: ['sqs:*']",
    title: wildcard,
  },
  {
    name: 'rights are to all queues of the account',
    file,
    search: 'statement(sid, actions, queueIds.map(getArn));',
    replace: "statement(sid, actions, queueIds.length > 0 ? ['*'] : []);",
    title: wildcard,
  },
  {
    name: 'the dead-letter function may put letters off',
    file: 'lib/wiring/functions/dead-letter.ts',
    search: "queues: { consume: ['dead-letters', 'dead-letters.fifo'] },",
    replace:
      "queues: { consume: ['dead-letters', 'dead-letters.fifo'], putOff: ['dead-letters', 'dead-letters.fifo'] },",
    title: `of deadLetter ${actions}`,
  },
  {
    name: 'a consumer may send to the queues of events',
    file: 'lib/wiring/functions/consume.ts',
    search: "deadLetter: ['own-dead-letters'] },",
    replace: "deadLetter: ['own-dead-letters'], publish: ['own'] },",
    title: `of onStockSeen ${actions}`,
  },
  {
    name: 'a consumer may send to the dead letters of the other kind',
    file: 'deploy/deployed.ts',
    search: "'own-dead-letters': entry ? [deadLetterQueueId(entry.ordered)] : [],",
    replace: "'own-dead-letters': entry ? [false, true].map(deadLetterQueueId) : [],",
    title: `of onStockMoved ${actions}`,
  },
  {
    name: 'ingest may read what it sent',
    file: 'lib/wiring/functions/ingest.ts',
    search: "queues: { publish: ['events'] },",
    replace: "queues: { publish: ['events'], consume: ['events'] },",
    title: `of ingest ${actions}`,
  },
  {
    name: 'health may empty the dead letters',
    file,
    search: "sid: 'Ping', actions: ['sqs:GetQueueAttributes']",
    replace: "sid: 'Ping', actions: ['sqs:GetQueueAttributes', 'sqs:PurgeQueue']",
    title: `of health ${actions}`,
  },
  {
    name: 'Lambda may not delete what was handled',
    file,
    search: "['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']",
    replace: "['sqs:ReceiveMessage', 'sqs:GetQueueAttributes']",
    title: `of deadLetter ${actions}`,
  },
  {
    name: 'every service of AWS may take a role',
    file,
    search: "Principal: { Service: ['lambda.amazonaws.com'] }",
    replace: "Principal: { Service: ['lambda.amazonaws.com', 'ec2.amazonaws.com'] }",
    title: 'Lambda alone takes it',
  },
  {
    name: 'all functions share a role',
    file: 'deploy/functions.ts',
    search: 'role: getArn(roleId(key)),',
    replace: "role: getArn(roleId('ingest')),",
    title: 'is of one function',
  },
  {
    name: 'a function may make log groups',
    file,
    search: "Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],",
    replace: "Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],",
    title: 'writes the log of its function',
  },
  {
    name: 'a function may write into the log of another',
    file,
    search: 'Resource: [getArn(logGroupId(key))],',
    replace: "Resource: [getArn(logGroupId('ingest'))],",
    title: 'writes the log of its function',
  },
  {
    name: 'a consumer may read all secrets of its stage',
    file,
    search: 'parameterArn(parameterName(settings, name))',
    replace: "parameterArn(parameterName(settings, name.replace(/.+/, '*')))",
    title: 'one by one',
  },
  {
    name: 'secrets are read by any action',
    file,
    search: "statement('Secrets', ['ssm:GetParameters'], secrets)",
    replace: "statement('Secrets', ['ssm:GetParameter*'], secrets)",
    title: wildcard,
  },
  {
    name: 'code in a network may make interfaces',
    file,
    search: "Effect: 'Deny',\n      Action,",
    replace: "Effect: 'Allow',\n      Action,",
    title: 'keeps that from the code',
  },
];

export const roles: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'roles', caughtBy }));
