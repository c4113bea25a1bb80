import type { Bounds } from '../core/access/key-entry.ts';
import type { FailureCause, FailureState } from '../core/failure.ts';
import type { FailureRecord } from './failures.ts';
import type { ListFilter, Page } from './page.ts';

export interface FailureFilter extends ListFilter {
  /** Absent: whatever their state is. */
  status?: readonly FailureState[];
  cause?: FailureCause;
  code?: string;
  group?: string;
  /** Of the event. */
  source?: string;
}

/** Failures that look alike. */
export interface FailureGroup {
  group: string;
  /** How many there are in each state; a state that none is in is left out. */
  counts: Partial<Record<FailureState, number>>;
  /** RFC 3339, of the oldest and of the newest. */
  first: string;
  last: string;
  /** The newest, without `data`. */
  example: FailureRecord;
}

/** Whose failures may be seen; null is of nobody, what could not be decoded. */
export type Tenants = readonly (string | null)[] | 'all';
/** Which failures may be seen: whose, and of which events. */
export interface Reach extends Bounds {
  readonly tenants: Tenants;
}

export interface FailureQueries {
  getFailure(reach: Reach, id: string): Promise<FailureRecord | null>;
  listFailures(reach: Reach, filter: FailureFilter): Promise<Page<FailureRecord>>;
  /** The largest groups first. */
  groupFailures(reach: Reach, filter: FailureFilter): Promise<Page<FailureGroup>>;
}
