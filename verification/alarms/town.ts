import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { catalogueOf } from '../../lib/core/catalogue.ts';
import { consumerTimeoutSeconds } from '../../lib/core/function-time.ts';
import { isOfAll, METRICS, NAMESPACE } from '../../lib/core/metrics.ts';
import { consumerName } from '../../lib/core/names.ts';
import { countOpenFailures } from '../../lib/failures/count-open.ts';
import type { Metrics } from '../../lib/ports/metrics.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import { allLoaded } from '../../test/support/all-loaded.ts';
import { ingestWorld } from '../../test/support/ingest-world.ts';
import { silentLog } from '../../test/support/log.ts';
import { ended, memoryConsumer } from '../../test/support/memory-consumer.ts';
import { queue } from './queue.ts';
import type { Recording } from './recording.ts';

export const SERVICE = 'sluice';
export const STAGE = 'dev';
const TYPE = 'parcel.sent';

/** What is the matter with the service; each may change while it runs. */
export interface Troubles {
  /** The handler throws whatever comes. */
  handlerBroken: boolean;
  /** How long a run takes, and nothing can end it before. */
  handlerMs: number;
  mongodbDown: boolean;
  /** Nobody reads the queue. */
  mappingOff: boolean;
  /** Lambda starts no consumer. */
  throttled: boolean;
  /** The consumer's process dies. */
  crashing: boolean;
  deadLettersUnread: boolean;
  /** The function that reads them gives them back. */
  deadLettersBack: boolean;
  /** How long SQS takes to accept, or that it refuses. */
  publishMs: number;
  queueRefuses: boolean;
  /** A replay of many is asked for, and nothing works it off. */
  replayStuck: boolean;
  /** Seconds between events that are sent. */
  everySeconds: number;
}
const WELL: Troubles = {
  ...{ handlerBroken: false, handlerMs: 40, mongodbDown: false, mappingOff: false, throttled: false, crashing: false },
  ...{
    deadLettersUnread: false,
    deadLettersBack: false,
    publishMs: 20,
    queueRefuses: false,
    replayStuck: false,
    everySeconds: 20,
  },
};

const made = {
  summary: 'A type of the alarms',
  data: z.strictObject({ parcel: z.string() }),
  example: { parcel: 'p' },
};
/** One type that is sent, and one that nobody sends. */
export const catalogue = catalogueOf(
  [TYPE, 'parcel.lost'].map((type) => defineEvent({ ...made, type, handle: async () => undefined })),
);

export interface Town {
  readonly troubles: Troubles;
  now(): number;
  live(seconds: number): Promise<void>;
}

/**
 * Ingest, consumer, dead letters and the count of open failures, as they are, between queues and a clock of this program. What they tell,
 * and what AWS would tell of them, is recorded.
 * @param step seconds between two looks at the queues
 */
export function town(recording: Recording, step: number): Town {
  const troubles = { ...WELL };
  const metrics: Metrics = {
    add: (name, of, value) => {
      const { by } = METRICS[name];
      const all = { service: SERVICE, stage: STAGE };
      for (const dimensions of [...(isOfAll(name) ? [all] : []), { ...all, [by]: of }])
        recording.add({ namespace: NAMESPACE, name, dimensions }, value, clock.now());
    },
  };
  const world = ingestWorld({ catalogue: allLoaded(catalogue), metrics });
  const { clock } = world;
  const taken = world.queue.publish;
  world.queue.publish = async (...given) => {
    clock.advance(troubles.publishMs);
    if (troubles.queueRefuses) world.queue.answers.push('refused');
    return taken(...given);
  };

  const definition = defineEvent({
    ...{ ...made, type: TYPE },
    handle: async () => {
      clock.advance(troubles.handlerMs);
      if (troubles.handlerBroken) throw new TypeError('broken on purpose');
    },
  });
  const consumer = memoryConsumer(
    definition,
    silentLog,
    { metrics, random: () => 0.5, clock: { ...clock, sleep: (_, signal) => ended(signal) } },
    () => troubles.mongodbDown,
  );
  const prefix = `${SERVICE}-${STAGE}-`;
  const events = queue(`${prefix}parcel-sent`, recording);
  const letters = queue(`${prefix}dead-letters`, recording);
  const replays = queue(`${prefix}replays`, recording);
  const timeoutMs = consumerTimeoutSeconds(definition) * 1000;

  const lambda = (name: string, value: number, at: number): void =>
    recording.add(
      { namespace: 'AWS/Lambda', name, dimensions: { FunctionName: `${prefix}${consumerName(TYPE)}` } },
      value,
      at,
      clock.now(),
    );
  const api = (name: string): void =>
    recording.add({ namespace: 'AWS/ApiGateway', name, dimensions: { ApiId: 'HttpApi' } }, 1, clock.now());

  async function send(): Promise<void> {
    const { status } = await world.post({ type: TYPE, data: { parcel: `p-${clock.now()}` } });
    api('Count');
    if (status >= 500) api('5xx');
    for (const { body } of world.queue.published.splice(0)) events.send(body, clock.now());
  }

  async function consume(): Promise<void> {
    if (troubles.mappingOff) return;
    const began = clock.now();
    const batch = events.receive(10, began, 6 * timeoutMs);
    if (batch.length === 0) return;
    if (troubles.throttled) return lambda('Throttles', 1, began);
    lambda('Invocations', 1, began);
    if (troubles.crashing) return lambda('Errors', 1, began);
    const back = await consumer.deliver(batch, () => began + timeoutMs - clock.now());
    lambda('Duration', clock.now() - began, began);
    events.settle(batch, new Set(back));
    for (const { receiptHandle, seconds } of consumer.queue.visibility.splice(0))
      events.changeVisibility(receiptHandle, clock.now() + seconds * 1000);
  }

  async function readLetters(): Promise<void> {
    const sent = consumer.letters().length - unread;
    for (let letter = 0; letter < sent; letter++) letters.send('a letter', clock.now());
    unread += sent;
    if (troubles.deadLettersUnread) return;
    const batch = letters.receive(unread, clock.now(), 6 * timeoutMs);
    if (troubles.deadLettersBack) return;
    letters.settle(batch, new Set());
    unread = 0;
    await consumer.readLetters();
  }
  let unread = 0;

  const minute = async (now: number): Promise<void> => {
    for (const one of [events, letters, replays]) one.tell(now);
    if (now % 300_000 !== 0) return;
    const open = { count: async (type: unknown) => (type === TYPE ? consumer.failures.size : 0) };
    await countOpenFailures(catalogue.types, { open, metrics, log: silentLog });
  };

  return {
    troubles,
    now: clock.now,
    live: async (seconds) => {
      const until = clock.now() + seconds * 1000;
      let nextSent = clock.now();
      let nextMinute = Math.ceil(clock.now() / 60_000) * 60_000;
      while (clock.now() < until) {
        if (clock.now() >= nextSent) {
          await send();
          nextSent += troubles.everySeconds * 1000;
        }
        await consume();
        await readLetters();
        if (troubles.replayStuck) replays.send('a replay', clock.now());
        troubles.replayStuck = false;
        // What an answer left behind goes on before the clock does.
        await setImmediate();
        clock.advance(step * 1000 - (clock.now() % (step * 1000)));
        for (; nextMinute <= clock.now(); nextMinute += 60_000) await minute(nextMinute);
      }
    },
  };
}
