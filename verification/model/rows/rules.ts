import type { Mutant as ConsumerMutant, Options as ConsumerOptions } from '../consumer/options.ts';
import type { Mutant as CrashMutant, Options as CrashOptions } from '../crashes/state.ts';
import { COPIES } from '../handle-batch/options.ts';
import { DUE_TIME_MUTANTS } from '../joint-runs/options.ts';
import { DUE_TIMES } from '../together/properties.ts';
import type { Row } from './row.ts';

const AB = ['A', 'B'] as const;
const projecting = { projections: true, outcomes: ['succeeded'], replays: 0, asks: 0 } as const;

const consumer = (rule: string, mutant: ConsumerMutant, options: Partial<ConsumerOptions>): Row => ({
  kind: 'rule',
  rule,
  what: mutant,
  setup: { model: 'consumer', options: { ...options, mutant } },
});
const crash = (rule: string, mutant: CrashMutant, options: Partial<CrashOptions>): Row => ({
  kind: 'rule',
  rule,
  what: mutant,
  setup: { model: 'crashes', options: { ...options, mutant } },
});

/** Each rule of docs/protocol.md, taken back: the checker must find a broken promise. */
export const rules: Row[] = [
  consumer('one-condition', 'condition-without-fingerprint', { accepted: AB, outcomes: ['succeeded', 'error'] }),
  consumer('failure-per-payload', 'failure-key-without-fingerprint', {
    accepted: AB,
    outcomes: ['succeeded', 'permanent'],
  }),
  consumer('letters-compare-fingerprints', 'dead-letter-trusts-its-cause', {
    accepted: AB,
    outcomes: ['succeeded', 'permanent'],
    movedBySqs: true,
    faults: 1,
  }),
  consumer('settling-closes-the-failure', 'settling-leaves-failure', { outcomes: ['succeeded', 'permanent'] }),
  consumer('replay-moves-the-record', 'desk-leaves-record', {
    outcomes: ['succeeded', 'permanent'],
    faults: 0,
    asks: 0,
  }),
  consumer('reused-id-needs-a-new-id', 'replay-of-id-reused', {
    accepted: AB,
    outcomes: ['succeeded'],
    faults: 0,
    asks: 0,
  }),
  consumer('nothing-seems-to-go-back', 'bare-claim-answers-accepted', { results: true, outcomes: ['succeeded'] }),
  consumer('nothing-seems-to-go-back', 'claim-keeps-no-outcome', { results: true, outcomes: ['succeeded'] }),
  consumer('newest-replay-tells', 'result-stored-blindly', { results: true, outcomes: ['succeeded', 'permanent'] }),
  consumer('newest-replay-tells', 'desk-forgets-blindly', { results: true, outcomes: ['succeeded', 'permanent'] }),
  consumer('both-generations', 'applied-to-current-only', { ...projecting, rebuild: true }),
  consumer('both-generations', 'rebuild-without-guard', { ...projecting, rebuild: true }),
  consumer('both-generations', 'guard-cut-while-building', { ...projecting, rebuild: true }),
  consumer('replacement-is-written-down', 'edited-replay-not-written-down', {
    edit: true,
    outcomes: ['succeeded', 'permanent'],
  }),
  crash('only-alone-is-a-crash', 'every-dead-mark-counts', { attempts: 1, overlap: false }),
  crash('withdrawn-marks', 'mark-outlives-infrastructure-return', { overlap: false, throws: true }),
  crash('withdrawn-marks', 'unanswered-mark-withdrawn-only', { lateMarks: true, attempts: 1, faults: 1 }),
  consumer('failing-before-the-letter', 'letter-before-record-is-closed', { outcomes: ['succeeded', 'permanent'] }),
  {
    kind: 'rule',
    rule: 'failing-before-the-letter',
    what: 'letter-before-record-is-closed, ordered',
    setup: { model: 'ordered', options: { overrun: true, mutant: 'letter-before-record-is-closed' } },
  },
  {
    kind: 'rule',
    rule: 'publish-before-the-claim-ends',
    what: 'publication-outlives-claim',
    setup: { model: 'ingest', options: { requests: AB, mutant: 'publication-outlives-claim' } },
  },
  crash('neighbours-first', 'others-handed-back-at-the-end', { overlap: false }),
  consumer('read-afterwards', 'higher-replay-before-fingerprint', {
    accepted: AB,
    outcomes: ['succeeded', 'permanent'],
  }),
  crash('young-marks-live', 'young-mark-counts', { throws: true }),
  {
    kind: 'rule',
    rule: 'attempts-have-a-due-time',
    what: COPIES,
    setup: { model: 'handleBatch', options: { mutant: COPIES } },
    breaks: DUE_TIMES,
  },
  ...DUE_TIME_MUTANTS.map(
    (mutant): Row => ({
      kind: 'rule',
      rule: 'attempts-have-a-due-time',
      what: `joint runs: ${mutant}`,
      setup: { model: 'jointRuns', options: { mutant } },
    }),
  ),
];
