import { explore } from '../checker/explore.ts';
import type { Found } from '../checker/model.ts';
import { consumer } from '../consumer/model.ts';
import type { Options as ConsumerOptions } from '../consumer/options.ts';
import { crashes } from '../crashes/model.ts';
import type { Options as CrashOptions } from '../crashes/state.ts';
import { handleBatch } from '../handle-batch/model.ts';
import type { Options as HandleBatchOptions } from '../handle-batch/options.ts';
import { ingest } from '../ingest/model.ts';
import type { Options as IngestOptions } from '../ingest/state.ts';
import { jointRuns } from '../joint-runs/model.ts';
import type { Options as JointRunOptions } from '../joint-runs/options.ts';
import { ordered } from '../ordered/model.ts';
import type { Options as OrderedOptions } from '../ordered/state.ts';

/** A model and what it is given; plain data, so that it can be handed to a thread. */
export type Setup =
  | { model: 'ingest'; options: Partial<IngestOptions> }
  | { model: 'consumer'; options: Partial<ConsumerOptions> }
  | { model: 'crashes'; options: Partial<CrashOptions> }
  | { model: 'ordered'; options: Partial<OrderedOptions> }
  | { model: 'handleBatch'; options: Partial<HandleBatchOptions> }
  | { model: 'jointRuns'; options: Partial<JointRunOptions> };

export type Kind =
  /** As built: must hold. */
  | 'scenario'
  /** A rule of docs/protocol.md is taken back: must break. */
  | 'rule'
  /** One step is done wrong: must be caught. */
  | 'mutant'
  /** As built, and known to break: whoever mends it turns the row over. */
  | 'known';

export interface Row {
  kind: Kind;
  /** What is looked at; of a rule or a mutant, what is done instead. */
  what: string;
  /** Of docs/protocol.md. */
  rule?: string;
  setup: Setup;
  /** The setup of the short form, where that is another one; null: the row is left out of it. */
  short?: Setup | null;
  /** The property that must break, where a row says which. */
  breaks?: string;
}

export interface Result extends Found {
  /** Of a processor. */
  seconds: number;
}

export const mustHold = ({ kind }: Pick<Row, 'kind'>): boolean => kind === 'scenario';

/** Is it what the row says? A search that was cut short, or that never came to rest, has shown nothing. */
export function isExpected(row: Row, { broken, complete, atRest }: Found): boolean {
  if (mustHold(row)) return broken === null && complete && atRest > 0;
  return broken !== null && (row.breaks === undefined || broken.property === row.breaks);
}

/** Searches the model of a row. */
export function search(setup: Setup): Found {
  switch (setup.model) {
    case 'ingest':
      return explore(ingest(setup.options));
    case 'consumer':
      return explore(consumer(setup.options));
    case 'crashes':
      return explore(crashes(setup.options));
    case 'ordered':
      return explore(ordered(setup.options));
    case 'handleBatch':
      return explore(handleBatch(setup.options));
    case 'jointRuns':
      return explore(jointRuns(setup.options));
  }
}
