import type { QueueOptions } from './event.ts';

/** What a consumer needs beside the handler's time: to begin, to settle and to answer. */
const BESIDE_SECONDS = 10;
/** The part of it that is kept back at the end. */
export const RESERVE_MS = 5000;

/** Seconds after which Lambda ends a consumer; `queue.timeout` of a definition is the handler's part of it. */
export const consumerTimeoutSeconds = ({ timeout }: Pick<QueueOptions, 'timeout'>): number => timeout + BESIDE_SECONDS;
