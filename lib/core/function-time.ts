import type { EventDefinition } from '../sdk/definition.ts';

/** What a consumer needs beside its handler's time: to begin, to settle and to answer. */
const BESIDE_SECONDS = 10;
/** The part of it that is kept back at the end. */
export const RESERVE_MS = 5000;
/** By then the answer must be on its way, whatever is still waited for. */
export const ANSWER_MS = 1500;

/** All joint runs of one invocation together may take one part in so many of a handler's time, on top of it (protocol: joint-time). */
const JOINT_PART = 3;

type Timed = Pick<EventDefinition, 'queue' | 'handle' | 'handleBatch'>;

/** Do events of this type that are delivered together for the first time commit together (protocol: joint-run)? */
export const runsJointly = ({ queue, handle }: Timed): boolean =>
  handle !== undefined && queue.commit === 'joint' && queue.batchSize > 1;

/** Milliseconds for all joint runs of one invocation. */
export const jointMs = (definition: Timed): number =>
  runsJointly(definition) ? (definition.queue.timeout * 1000) / JOINT_PART : 0;

/**
 * Seconds after which Lambda ends a consumer; `queue.timeout` is the handler's part of it. A batch that is handled together may fail
 * at the end of its time, and so may a joint run: its events must then have time to run one by one (protocol: whole-time-or-none).
 */
export const consumerTimeoutSeconds = (definition: Timed): number =>
  (definition.handleBatch ? 2 : 1) * definition.queue.timeout + Math.ceil(jointMs(definition) / 1000) + BESIDE_SECONDS;
