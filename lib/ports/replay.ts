/** What replaying and discarding failures need of the world, beside ports.ts (docs/http.md section 4). */
import type { EventRecord, FailureFilter, FailureRecord, Replacement, Tenants } from './ports.ts';

/** A failure as it stands, with what became of its event. */
export interface DeskView {
  failure: FailureRecord;
  /** Of the failure's event key, whosever payload it is of. */
  record: EventRecord | null;
  /** Has a consumer seen the event that replaces the failed one? */
  replacementSeen: boolean;
}

/** What the failure desk writes; each is one transaction on the failure and its event's record. */
export type DeskChange =
  /** Failure to `replaying`, record from (failed, replay - 1) to (retrying, replay), no attempts and no starts [D5]. */
  | { kind: 'replay'; replay: number; at: Date }
  /** The same once more. */
  | { kind: 'ask-again'; at: Date }
  /** Closes the failure and writes down in it the event that comes instead [D10]. */
  | { kind: 'replace'; replacement: Replacement; at: Date }
  | { kind: 'discard'; reason: string; at: Date };

export interface FailureDesk {
  /**
   * @param decide sees the failure as it stands in the transaction; may be called again when another writer came between; null: change
   *   nothing. What it throws comes out.
   * @returns the failure after it, or null when these tenants have no such failure
   */
  change(tenants: Tenants, id: string, decide: (view: DeskView) => DeskChange | null): Promise<FailureRecord | null>;
}

/** Which failures a replay of many takes: open ones of this kind, recorded in this time. */
export type ReplayFilter = Pick<FailureFilter, 'type' | 'cause' | 'group' | 'since' | 'until'>;

/** A replay of many failures, worked off in the background. */
export interface ReplayJob {
  _id: string;
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

/** Outcome and settled event of an earlier replay than this are forgotten; the claim stays. */
export interface ReplayedOutcomes {
  forget(key: string, replay: number): Promise<void>;
}
