import type { Mutant as ConsumerMutant, Options as ConsumerOptions } from '../consumer/options.ts';
import type { Mutant as HandleBatchMutant } from '../handle-batch/options.ts';
import { HANDLE_BATCH_MUTANTS } from '../handle-batch/options.ts';
import type { Mutant as IngestMutant, Options as IngestOptions } from '../ingest/state.ts';
import { JOINT_RUN_MUTANTS, type Mutant as JointRunMutant } from '../joint-runs/options.ts';
import type { Mutant as OrderedMutant } from '../ordered/state.ts';
import type { Row } from './row.ts';

const AB = ['A', 'B'] as const;
const projecting = { projections: true, outcomes: ['succeeded'], replays: 0, asks: 0 } as const;

const ingest = (mutant: IngestMutant, options: Partial<IngestOptions> = {}): Row => ({
  kind: 'mutant',
  what: mutant,
  setup: { model: 'ingest', options: { ...options, mutant } },
});
const consumer = (mutant: ConsumerMutant, options: Partial<ConsumerOptions>): Row => ({
  kind: 'mutant',
  what: mutant,
  setup: { model: 'consumer', options: { ...options, mutant } },
});
const ordered = (mutant: OrderedMutant): Row => ({
  kind: 'mutant',
  what: mutant,
  setup: { model: 'ordered', options: { mutant } },
});
const handleBatch = (mutant: HandleBatchMutant): Row => ({
  kind: 'mutant',
  what: `handleBatch: ${mutant}`,
  setup: { model: 'handleBatch', options: { mutant } },
});

/** Where the events are of one group. */
const IN_ORDER: readonly JointRunMutant[] = ['group-goes-on-in-fall-back', 'joint-overtakes'];
const jointRuns = (mutant: JointRunMutant): Row => ({
  kind: 'mutant',
  what: `joint runs: ${mutant}`,
  setup: { model: 'jointRuns', options: { ordered: IN_ORDER.includes(mutant), mutant } },
});

/** One step done wrong at a time: the checker must catch each. */
export const mutants: Row[] = [
  ingest('no-fingerprint-in-claim'),
  ingest('failed-list-ignored'),
  ingest('confirm-before-publish'),
  ingest('release-on-timeout'),
  ingest('release-without-owner'),
  ingest('confirm-without-owner', { faults: 1 }),

  consumer('condition-without-replay', { outcomes: ['succeeded', 'permanent'] }),
  consumer('condition-without-final', { outcomes: ['succeeded'] }),
  consumer('condition-checked-before-not-written', { outcomes: ['succeeded'] }),
  consumer('effect-outside-transaction', { outcomes: ['succeeded'] }),
  consumer('refusal-keeps-effect', { outcomes: ['succeeded', 'rejected'] }),
  consumer('attempt-unconditional', { outcomes: ['succeeded', 'error'] }),
  consumer('ack-before-dlq-confirmed', { outcomes: ['succeeded', 'permanent'] }),
  consumer('handlers-duplicate-key-is-done', { outcomes: ['succeeded', 'error'] }),
  consumer('dead-letter-unconditional', { outcomes: ['succeeded', 'permanent'] }),
  consumer('fingerprint-not-compared-afterwards', { accepted: AB, outcomes: ['succeeded'] }),
  consumer('no-guard', projecting),
  consumer('guard-of-one-hour', projecting),
  consumer('guard-cut-before-mark', projecting),
  consumer('mark-before-apply', projecting),
  consumer('final-acked-unprojected', projecting),
  consumer('run-outlives-short-guard', projecting),

  {
    kind: 'mutant',
    what: 'suspect-not-alone',
    setup: { model: 'crashes', options: { overlap: false, mutant: 'suspect-not-alone' } },
  },
  {
    kind: 'mutant',
    what: 'death-counted-by-each-reader',
    setup: { model: 'crashes', options: { attempts: 3, mutant: 'death-counted-by-each-reader' } },
  },

  ordered('no-fingerprint-in-id'),
  ordered('no-replay-in-id'),
  ordered('group-goes-on-after-failure'),
  ordered('copies-dropped-by-event-key'),

  ...HANDLE_BATCH_MUTANTS.map(handleBatch),
  ...JOINT_RUN_MUTANTS.map(jointRuns),
];
