import type { ProjectionCommands } from './projections.ts';

/** What a rebuild reads of a record: an event that succeeded and recorded projections. */
export interface SettledRecord {
  /** The event key. */
  key: string;
  tenant: string;
  /** Epoch ms. */
  settledAt: number;
  /** Whether a consumer has said that its projections are applied. */
  projected: boolean;
  projections: readonly ProjectionCommands[];
}

export interface SettledRecords {
  /** Every event that was settled before this call, and maybe later ones; each once. */
  pages(): AsyncIterable<readonly SettledRecord[]>;
  /** @returns those of the event keys whose record says that its projections are applied */
  projected(keys: readonly string[]): Promise<Set<string>>;
  markProjected(keys: readonly string[]): Promise<void>;
}
