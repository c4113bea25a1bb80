import { strict as assert } from 'node:assert';
import { z } from 'zod';
import type { Emulator } from './emulator.ts';
import type { Ended, Service } from './service.ts';

/** One thing that is done to the service, and what must be so afterwards. @throws AssertionError */
export interface Step {
  what: string;
  run(): Promise<void>;
}

const LOST = 'parcel.lost';
const queueOf = (stage: string) => `sluice-${stage}-parcel-lost`;

/** In their order: each stands on those before it. */
export function stepsOf({ aws }: Emulator, service: Service): Step[] {
  const ended = ({ code, output }: Ended, expected: number, ...words: string[]) => {
    assert.equal(code, expected, output);
    for (const one of words) assert.ok(output.includes(one), `it does not say "${one}":\n${output}`);
  };
  const urlOf = async (queue: string) => {
    const asked = z.object({ QueueUrls: z.array(z.string()).default([]) }).nullable();
    const { QueueUrls = [] } = asked.parse(await aws('sqs', 'list-queues', '--queue-name-prefix', queue)) ?? {};
    return QueueUrls.find((url) => url.endsWith(`/${queue}`));
  };
  const waitingIn = async (queue: string) => {
    const url = await urlOf(queue);
    if (url === undefined) return undefined;
    const name = 'ApproximateNumberOfMessages';
    const answer = await aws('sqs', 'get-queue-attributes', '--queue-url', url, '--attribute-names', name);
    return Number(z.object({ Attributes: z.object({ [name]: z.string() }) }).parse(answer).Attributes[name]);
  };
  const statusOf = async (stack: string) => {
    const asked = z.object({ Stacks: z.array(z.object({ StackName: z.string(), StackStatus: z.string() })) });
    const { Stacks } = asked.parse(await aws('cloudformation', 'describe-stacks'));
    return Stacks.find(({ StackName }) => StackName === stack)?.StackStatus;
  };
  const codeOf = async (name: string) =>
    z
      .object({ Configuration: z.object({ CodeSha256: z.string() }) })
      .parse(await aws('lambda', 'get-function', '--function-name', name)).Configuration.CodeSha256;

  return [
    {
      what: 'a stage is deployed from an empty account',
      async run() {
        await service.artefact('first', 'prod');
        ended(await service.deliver('prod', 'first'), 0, 'prod: delivered');
        assert.match((await statusOf('sluice-prod')) ?? '', /_COMPLETE$/);
        assert.equal(await waitingIn('sluice-prod-note-kept'), 0);
      },
    },
    {
      what: 'an update brings other code, and a type more its queue',
      async run() {
        const before = await codeOf('sluice-prod-ingest');
        service.declare(LOST);
        await service.artefact('second', 'prod', 'dev');
        ended(await service.deliver('prod', 'second'), 0, 'prod: delivered');
        assert.notEqual(await codeOf('sluice-prod-ingest'), before);
        assert.equal(await waitingIn(queueOf('prod')), 0);
      },
    },
    {
      what: 'the removal of a type that was released is refused at packaging',
      async run() {
        service.undeclare(LOST);
        ended(
          await service.framework('package', '--stage', 'prod'),
          1,
          `"${LOST}": ["removed"] in deploy/meant-changes.json`,
        );
        service.declare(LOST);
      },
    },
    {
      what: 'going back over a type is refused while its queue is not empty',
      async run() {
        await aws('sqs', 'send-message', '--queue-url', (await urlOf(queueOf('prod'))) ?? '', '--message-body', 'kept');
        ended(
          await service.deliver('prod', 'first', ['--earlier']),
          1,
          `${queueOf('prod')} holds 1`,
          `--leave ${LOST}`,
        );
      },
    },
    {
      what: 'told by name it goes back; the queue stays with its message, and is told of',
      async run() {
        const left = await service.deliver('prod', 'first', ['--earlier', '--leave', LOST]);
        ended(left, 0, 'prod: delivered', `${queueOf('prod')} holds 1 messages that nobody reads`);
        assert.equal(await waitingIn(queueOf('prod')), 1);
      },
    },
    {
      what: 'the type returns and adopts its queue, with its message',
      async run() {
        ended(await service.deliver('prod', 'second'), 0, `${queueOf('prod')} was left by an earlier deployment`);
        assert.equal(await waitingIn(queueOf('prod')), 1);
      },
    },
    {
      what: 'a second stage stands beside the first',
      async run() {
        ended(await service.deliver('dev', 'second'), 0, 'dev: delivered');
        assert.deepEqual([await waitingIn(queueOf('dev')), await waitingIn(queueOf('prod'))], [0, 1]);
      },
    },
    {
      what: 'a delivery whose checks fail goes back to what ran before',
      async run() {
        service.declare('parcel.odd');
        await service.artefact('third', 'dev');
        ended(
          await service.deliver('dev', 'third', [], true),
          1,
          'dev: a check failed; going back to what was packaged at',
        );
      },
    },
    {
      what: 'a stage that retains is removed; its queues stay with their messages',
      async run() {
        ended(await service.framework('remove', '--stage', 'prod'), 0);
        assert.equal(await statusOf('sluice-prod'), undefined);
        assert.equal(await waitingIn(queueOf('prod')), 1);
      },
    },
    {
      what: 'it is deployed again: the next try imports all that was left',
      async run() {
        const again = await service.deliver('prod', 'second');
        ended(again, 0, `${queueOf('prod')} was left by an earlier deployment`, 'prod: delivered');
        assert.equal(await waitingIn(queueOf('prod')), 1);
      },
    },
    {
      what: 'a stage that retains nothing is removed with its queues, and nothing else is',
      async run() {
        ended(await service.framework('remove', '--stage', 'dev'), 0);
        assert.deepEqual([await waitingIn(queueOf('dev')), await waitingIn(queueOf('prod'))], [undefined, 1]);
      },
    },
  ];
}
