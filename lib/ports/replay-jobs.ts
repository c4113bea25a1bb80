import type { FailureFilter } from './failure-queries.ts';

/** Which failures a replay of many takes: open ones of this kind, recorded in this time. */
export type ReplayFilter = Pick<FailureFilter, 'type' | 'cause' | 'group' | 'since' | 'until'>;

/** A replay of many failures, worked off in the background. */
export interface ReplayJob {
  _id: string;
  /** Absent: 1 (lib/core/format.ts). */
  format?: number;
  tenant: string;
  filter: ReplayFilter;
  /** Failures a second, at most. */
  rate: number;
  state: 'running' | 'done' | 'cancelled';
  /** How many there were when it began. */
  matched: number;
  replayed: number;
  /** Those that may not be replayed. */
  passedOver: number;
  /** Failures that are taken and not yet done with: written before the first of them is replayed. */
  pending: string[];
  /** Where the next are taken from. */
  cursor?: string;
  /** RFC 3339. */
  createdtime: string;
  expireAt?: Date;
}

export interface ReplayJobs {
  count(tenant: string, filter: ReplayFilter): Promise<number>;
  create(job: ReplayJob): Promise<void>;
  /** @param tenant absent: whosever it is */
  get(id: string, tenant?: string): Promise<ReplayJob | null>;
  /** Open failures from the job's cursor on, the oldest first, and none that came after the job. */
  next(job: ReplayJob, limit: number): Promise<{ ids: string[]; cursor: string } | null>;
  /** Only where the job runs and is as it was read. @returns the job after it, or null */
  advance(
    job: ReplayJob,
    change: Partial<Pick<ReplayJob, 'replayed' | 'passedOver' | 'pending' | 'cursor' | 'state'>>,
  ): Promise<ReplayJob | null>;
  /** Ends a job that runs; what is pending of it is not taken back. @returns the job after it */
  cancel(id: string, tenant: string): Promise<ReplayJob | null>;
}
