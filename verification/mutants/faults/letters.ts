import type { Mutant } from '../mutant.ts';

const senders = 'lib/failures/senders.ts';
const believed = 'test/lib/failures/senders.test.ts';
const recording = 'lib/failures/dead-letter.ts';
const recorded = 'test/lib/failures/dead-letter.contract.test.ts';
const policies = 'deploy/queue-policies.ts';
const sending = 'test/deploy/queue-policies.test.ts';

/** Letters that are believed of whom they should not be, and queues to which others may send. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'a letter is believed from a consumer whose name begins so',
    file: senders,
    search: 'SESSION.exec(SenderId)?.[1] === prefix + consumerName(type)',
    replace: 'SESSION.exec(SenderId)?.[1]?.startsWith(prefix + consumerName(type)) === true',
    caughtBy: believed,
    title: 'is not believed from the consumer of another type',
  },
  {
    name: 'a letter is believed from a consumer of another stage',
    file: senders,
    search: 'SESSION.exec(SenderId)?.[1] === prefix + consumerName(type)',
    replace: "SESSION.exec(SenderId)?.[1]?.split('-').at(-1) === consumerName(type)",
    caughtBy: believed,
    title: 'of another stage',
  },
  {
    name: 'a user may bear the name of a function',
    file: senders,
    search: '/^AROA[A-Z0-9]+:(.+)$/',
    replace: '/^[A-Z0-9]+:(.+)$/',
    caughtBy: believed,
    title: 'a user who is called so',
  },
  {
    name: 'what SQS moved is believed from whatever queue',
    file: senders,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source that is searched
    search: 'from.endsWith(`:${prefix}${queueSuffix(type, ordered)}`)',
    replace: 'from.length > 0 || queueSuffix(type, ordered)',
    caughtBy: believed,
    title: 'moved it from sluice-prod-parcel-moved',
  },
  {
    name: 'the name of a queue is looked at from its end',
    file: senders,
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is the source that is searched
    search: '`:${prefix}${queueSuffix(type, ordered)}`',
    replace: '`${prefix}${queueSuffix(type, ordered)}`',
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: it is the source that is searched
    caughtBy: believed,
    title: 'moved it from another-sluice',
  },
  {
    name: 'the sender of what SQS moved is asked too',
    file: senders,
    search: 'from === undefined\n',
    replace: 'from === undefined || SenderId !== undefined\n',
    caughtBy: believed,
    title: 'bare messages of ingest and of replays',
  },
  {
    name: 'senders are not asked for',
    file: recording,
    search: 'if (!ports.believes(record.attributes, letter.message.type)) throw',
    replace: 'if (!ports.believes) throw',
    caughtBy: recorded,
    title: 'of another consumer none ends an event',
  },
  {
    name: 'a letter of its own type ends an event of another',
    file: recording,
    search: '  if (record && record.type !== message.type) throw new StrangeSenderError(message.type);\n',
    replace: '',
    caughtBy: recorded,
    title: 'about an event of another type',
  },
  {
    name: 'a stage that is deployed believes everybody where it says so',
    file: 'lib/wiring/dead-letter.ts',
    search: "if (STAGE === 'local') return anySender;",
    replace: 'if (STAGE) return anySender;',
    caughtBy: 'test/lib/wiring/local-stage.test.ts',
    title: 'believes no letter whoever sent it',
  },
  {
    name: 'where nothing is said everybody is believed',
    file: 'lib/core/config.ts',
    search: "z.enum(['checked', 'any']).default('checked')",
    replace: "z.enum(['checked', 'any']).default('any')",
    caughtBy: 'test/lib/wiring/local-stage.test.ts',
    title: 'looks at senders where nothing is said',
  },
  {
    name: 'whoever has the right in its role may send',
    file: policies,
    search: "Sid: 'OnlyTheseSend',\n          ...{ Effect: 'Deny'",
    replace: "Sid: 'OnlyTheseSend',\n          ...{ Effect: 'Allow'",
    caughtBy: sending,
    title: 'whoever sends and is none of these',
  },
  {
    name: 'requests without TLS are taken',
    file: policies,
    search: "Condition: { Bool: { 'aws:SecureTransport': 'false' } },",
    replace: "Condition: { Bool: { 'aws:SecureTransport': 'never' } },",
    caughtBy: sending,
    title: 'without TLS',
  },
  {
    name: 'consumers may send to the queues of events',
    file: policies,
    search: 'return sends.some((id) => queueIds.includes(id))',
    replace: 'return sends.length > 0',
    caughtBy: sending,
    title: 'is ingest and the failure desk',
  },
  {
    name: 'a queue is left without a policy',
    file: policies,
    search: 'EventQueuesPolicy: events }',
    replace: 'EventQueuesPolicy: events.slice(1) }',
    caughtBy: sending,
    title: 'is ingest and the failure desk',
  },
  {
    name: 'where nobody is to send everybody may',
    file: policies,
    search: "...(roles.length > 0 && { ArnNotEquals: { 'aws:PrincipalArn': roles.map(getArn) } }),",
    replace: "ArnNotEquals: { 'aws:PrincipalArn': roles.map(getArn) },",
    caughtBy: sending,
    title: 'is nobody where nobody is to',
  },
  {
    name: 'SQS’s own moves are refused',
    file: policies,
    search: "  BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },\n",
    replace: '',
    caughtBy: sending,
    title: 'a service of AWS left out',
  },
  {
    name: 'a queue loses the policy that it just got',
    file: policies,
    search: '...(id !== FIRST && { DependsOn: [FIRST] }),',
    replace: '',
    caughtBy: sending,
    title: 'waits until it has lost that one',
  },
];

export const letters: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'letters' }));
