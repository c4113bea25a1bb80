import { RUNS_AT_ONCE } from './runs-at-once.ts';

/** What runs at once needs a connection each, and so does record keeping beside it. */
export const MONGODB_POOL = RUNS_AT_ONCE + 2;

/** The most connections that one execution environment holds to one server. */
export const CONNECTIONS = {
  /** The driver watches each server over two of its own: https://github.com/mongodb/specifications/blob/master/source/server-discovery-and-monitoring/server-monitoring.md */
  mongodb: MONGODB_POOL + 2,
  /** One to ask, one to be told by. */
  redis: 2,
} as const;
