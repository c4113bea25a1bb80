import type { Timestamp } from 'bson';
import type { QueryScope } from '../query/scope.ts';

/** What compiling an update needs beside what a query needs. */
export interface UpdateScope extends QueryScope {
  /** A timestamp after all before it. */
  timestamp(): Timestamp;
}
