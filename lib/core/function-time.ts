import type { EventDefinition } from '../sdk/definition.ts';

/** What a consumer needs beside its handler's time: to begin, to settle and to answer. */
const BESIDE_SECONDS = 10;
/** The part of it that is kept back at the end. */
export const RESERVE_MS = 5000;
/** By then the answer must be on its way, whatever is still waited for. */
export const ANSWER_MS = 1500;

/**
 * Seconds after which Lambda ends a consumer; `queue.timeout` is the handler's part of it. A batch that is handled together may fail
 * at the end of its time, and its events must then have time to run one by one (protocol: whole-time-or-none).
 */
export const consumerTimeoutSeconds = ({
  queue,
  handleBatch,
}: Pick<EventDefinition, 'queue' | 'handleBatch'>): number => (handleBatch ? 2 : 1) * queue.timeout + BESIDE_SECONDS;
