import type { Bounds } from '../core/access/key-entry.ts';
import type { FailureCause, FailureState } from '../core/failure.ts';
import type { JobOutcomes } from '../core/job-outcomes.ts';
import type { AuditEntry } from './audit.ts';
import type { Reach } from './failure-queries.ts';
import type { Page } from './page.ts';

/** Which failures a replay of many takes; without `status` those that are open. */
export interface ReplayFilter {
  type?: string;
  cause?: FailureCause;
  code?: string;
  group?: string;
  status?: readonly FailureState[];
  source?: string;
  /** RFC 3339, inclusive. */
  since?: string;
  /** RFC 3339, exclusive. */
  until?: string;
  ids?: readonly string[];
}

/** A replay of many failures, worked off in the background. */
export interface ReplayJob {
  _id: string;
  /** Absent: 1 (lib/core/format.ts). */
  format?: number;
  tenant: string;
  /** Absent in what older code wrote. */
  kind?: 'replay';
  filter: ReplayFilter;
  /** Of the key that began it; absent: none, as in what older code wrote. */
  within?: Bounds;
  /** Failures a second, at most. */
  rate: number;
  /** Who began it; absent in what older code wrote. */
  by?: { key: string; name: string };
  state: 'running' | 'done' | 'cancelled';
  /** How many there were when it began. */
  matched: number;
  /** Those that may not be replayed. */
  passedOver: number;
  /** Failures that are taken and of which SQS has not confirmed the replay: written before the first of them is replayed. */
  pending: string[];
  /** When the latest were taken. */
  takenAt?: Date;
  /** Where the next are taken from. */
  cursor?: string;
  /** When its message was sent once more. */
  wokenAt?: Date;
  /** RFC 3339. */
  createdtime: string;
  expireAt?: Date;
}

export interface ReplayJobs {
  count(reach: Reach, filter: ReplayFilter): Promise<number>;
  /** The oldest of them. @returns ids, and data as JSON text */
  sample(reach: Reach, filter: ReplayFilter, limit: number): Promise<{ id: string; data?: string }[]>;
  /** In one transaction with what is told of it. @returns whether it was written; it is not where another job of the tenant runs */
  create(job: ReplayJob, audit: AuditEntry): Promise<boolean>;
  /** The job of the tenant that runs. */
  running(tenant: string): Promise<ReplayJob | null>;
  /** Notes that its message is sent once more. @returns false where it has ended, or others note that at this moment */
  wake(job: ReplayJob, at: Date): Promise<boolean>;
  /** @param reach absent: whosever it is; a job is within it where all is that the job may take */
  get(id: string, reach?: Reach): Promise<ReplayJob | null>;
  /** Newest first. */
  list(reach: Reach, page: { limit: number; cursor?: string }): Promise<Page<ReplayJob>>;
  /** What became of what each of these jobs replayed, counted from the failures, in their order. */
  outcomes(jobs: readonly ReplayJob[]): Promise<JobOutcomes[]>;
  /** Whether a failure says that this job replayed it. */
  hasReplayed(job: ReplayJob, failure: string): Promise<boolean>;
  /** When a job of the tenant took failures for the last time, in milliseconds since the epoch; 0: never. */
  lastTaken(tenant: string): Promise<number>;
  /** Failures of its filter from the job's cursor on, the oldest first, and none that came after the job. */
  next(job: ReplayJob, limit: number): Promise<{ ids: string[]; cursor: string } | null>;
  /** Only where the job runs and is as it was read. @returns the job after it, or null */
  take(job: ReplayJob, taken: { ids: string[]; cursor: string; at: Date }): Promise<ReplayJob | null>;
  /** What became of those that were taken, also where the job was cancelled meanwhile; only where they are as they were read. */
  tell(job: ReplayJob, told: { passedOver: number; pending: string[] }): Promise<void>;
  /** Nothing is left to take: only where the job runs and is as it was read. */
  end(job: ReplayJob): Promise<void>;
  /**
   * Ends a job that runs, in one transaction with what is told of it; what is pending of it is not taken back.
   * @param audit may be asked again
   * @returns the job after it; null: there is none within reach
   */
  cancel(id: string, reach: Reach, audit: (job: ReplayJob) => AuditEntry): Promise<ReplayJob | null>;
}
