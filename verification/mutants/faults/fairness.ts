import type { Mutant } from '../mutant.ts';

const running = 'test/lib/consume/fair.test.ts';
const replaying = 'test/lib/failures/replay/plan.test.ts';

/** Messages that do not say whose they are, and consumers that take it for an order. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'an event of a standard queue says nothing of its tenant',
    file: 'lib/ingest/publication.ts',
    search: '? { group: message.tenant }',
    replace: '? {}',
    caughtBy: 'test/lib/ingest/ingest.test.ts',
    title: 'in the group of its tenant',
  },
  {
    name: 'a replay that its schema refuses says nothing of its tenant',
    file: 'lib/failures/replay/message.ts',
    search: ': { group: record.tenant }),',
    replace: ': {}),',
    caughtBy: replaying,
    title: 'every replay goes to a standard queue in the group',
  },
  {
    name: 'a replay of many says nothing of its tenant',
    file: 'lib/failures/replay/jobs.ts',
    search: 'body: encodeJob(id), group: tenant }',
    replace: 'body: encodeJob(id) }',
    caughtBy: 'test/lib/failures/replay/many.contract.test.ts',
    title: 'replays every open failure',
  },
  {
    name: 'a letter is in a group of its own',
    file: 'lib/consume/letter-box.ts',
    search: 'ordered ? delivery.group : message.tenant',
    replace: 'delivery.group',
    caughtBy: running,
    title: 'a letter carries it on',
  },
  {
    name: 'a stranger’s letter is in no group',
    file: 'lib/consume/letter-box.ts',
    search: 'group: record.attributes.MessageGroupId, id',
    replace: 'group: undefined, id',
    caughtBy: running,
    title: 'a letter carries it on',
  },
  {
    name: 'the events of a tenant run one after another',
    file: 'lib/consume/decode.ts',
    search: '(orderedBy && one.records[0].attributes.MessageGroupId)',
    replace: 'one.records[0].attributes.MessageGroupId',
    also: [
      {
        file: 'lib/consume/execute.ts',
        search: 'const groups = orderedBy ? ',
        replace: 'const groups = options.definition ? ',
      },
    ],
    caughtBy: running,
    title: 'run beside each other',
  },
  {
    name: 'a group of a standard queue is sent in order',
    file: 'lib/adapters/sqs/batches.ts',
    search: 'publication.deduplicationId !== undefined',
    replace: 'publication.group !== undefined',
    caughtBy: 'test/lib/adapters/sqs/batches.test.ts',
    title: 'its group keeps no order',
  },
  {
    name: 'nothing tells of quiet tenants that wait',
    file: 'deploy/signals/type-alarms.ts',
    search: "'ApproximateAgeOfOldestMessageInQuietGroups'",
    replace: "'ApproximateAgeOfOldestMessage'",
    caughtBy: 'test/deploy/signals/alarms.test.ts',
    title: 'of quiet tenants behind a noisy one',
  },
];

export const fairness: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'fairness' }));
