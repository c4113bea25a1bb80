import { mongoDesk } from '../../lib/adapters/mongo/desk.ts';
import { redisClaims } from '../../lib/adapters/redis/claims.ts';
import { redisReplayedOutcomes } from '../../lib/adapters/redis/forget-outcome.ts';
import { catalogueOf } from '../../lib/core/catalogue.ts';
import { eventKey } from '../../lib/core/event-key.ts';
import { failureId } from '../../lib/core/failure-id.ts';
import { decodeMessage, type Message } from '../../lib/core/message.ts';
import { discard } from '../../lib/failures/discard.ts';
import { type ReplayInput, type ReplayPorts, replay } from '../../lib/failures/replay/replay.ts';
import type { Claims } from '../../lib/ports/claims.ts';
import type { FailureRecord } from '../../lib/ports/failures.ts';
import type { EventDefinition } from '../../lib/sdk/definition.ts';
import { PermanentError } from '../../lib/sdk/errors.ts';
import { aChange } from './a-change.ts';
import { consumerWorld, delivered, handledBy, leavesAnEffect, type World } from './consumer-world.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { silentLog } from './log.ts';
import { silentMetrics } from './memory-metrics.ts';
import { type RecordingQueue, recordingQueue } from './recording-queue.ts';

export const fails: EventDefinition = handledBy(async () =>
  Promise.reject(new PermanentError('no good', { code: 'no-good' })),
);
export const succeeds: EventDefinition = handledBy(leavesAnEffect);

export interface ReplayWorld extends World {
  /** What the desk was given; its clock moves when the test says so. */
  readonly desk: ReplayPorts & { clock: FakeClock };
  /** What the desk published. */
  readonly replays: RecordingQueue;
  readonly claims: Claims;
  keyOf(message: Message): string;
  idOf(message: Message): string;
  /** The desk's answer to a replay of this event's failure, by its tenant. */
  replay(message: Message, input?: Partial<ReplayInput>, ports?: Partial<ReplayPorts>): Promise<FailureRecord>;
  discard(message: Message, reason?: string, ports?: Partial<ReplayPorts>): Promise<FailureRecord>;
  /** Takes what the desk has published. */
  published(): Message[];
  /** An event that has failed, its letter read. */
  failed(fields?: Partial<Message>, definition?: EventDefinition): Promise<Message>;
  failure(message: Message): Promise<FailureRecord | null>;
  /** Runs what the desk has published. @returns message ids that came back */
  runReplays(definition: EventDefinition): Promise<string[]>;
}

/** A consumer world with a failure desk in it. */
export async function replayWorld(definition: EventDefinition = succeeds): Promise<ReplayWorld> {
  const world = await consumerWorld();
  const replays = recordingQueue();
  const claims = redisClaims(world.redis, { claimTtlMs: 60_000, deduplicationMs: 3_600_000 });
  const desk = {
    desk: mongoDesk(world.mongo, { expireAfterDays: 45 }),
    claims,
    outcomes: redisReplayedOutcomes(world.redis),
    publisher: replays,
    catalogue: catalogueOf([definition]),
    clock: fakeClock(Date.now()),
    log: silentLog,
    metrics: silentMetrics,
    queueUrlPrefix: 'http://queue/',
  };
  const keyOf = ({ tenant, source, id }: Message) => eventKey(tenant, source, id);
  const idOf = (message: Message) => failureId(keyOf(message), message.fingerprint);
  const published = () => replays.published.splice(0).map(({ body }) => decodeMessage(body));
  return {
    ...world,
    desk,
    replays,
    claims,
    keyOf,
    idOf,
    published,
    replay: (message, input = {}, ports = {}) =>
      replay(
        { reach: { tenants: [message.tenant] }, id: idOf(message), asker: aChange, ...input },
        { ...desk, ...ports },
      ),
    discard: (message, reason = 'a test', ports = {}) =>
      discard({ reach: { tenants: [message.tenant] }, id: idOf(message), reason, ...aChange }, { ...desk, ...ports }),
    failed: async (fields = {}, failing = fails) => {
      const sent = world.message(fields);
      await world.consume(failing, [delivered(sent)]);
      await world.readLetters();
      return sent;
    },
    failure: (message) => world.mongo.failures.findOne({ _id: idOf(message) }),
    runReplays: (running) =>
      world.consume(
        running,
        published().map((one) => delivered(one)),
      ),
  };
}
