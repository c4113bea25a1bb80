import type { Mutant } from '../mutant.ts';

/** Rules of docs/protocol.md that the model calls decisions: without any one of them it finds a counterexample. */
export const decisions = [
  'one-condition',
  'failure-per-payload',
  'letters-compare-fingerprints',
  'settling-closes-the-failure',
  'replay-moves-the-record',
  'reused-id-needs-a-new-id',
  'nothing-seems-to-go-back',
  'newest-replay-tells',
  'both-generations',
  'replacement-is-written-down',
  'only-alone-is-a-crash',
  'withdrawn-marks',
  'failing-before-the-letter',
  'publish-before-the-claim-ends',
  'neighbours-first',
  'read-afterwards',
  'young-marks-live',
  'attempts-have-a-due-time',
] as const;
type Decision = (typeof decisions)[number];

/**
 * A rule of the protocol broken in the code, as the checked model of the protocol breaks it. Its name is the model's, `engine` the part of
 * the model: ingest, consumer, batch, fifo or joint; `formats`, `returns`, `settings` and `turns` are no part of it.
 */
export interface ProtocolMutant extends Mutant {
  /** The decision of the model that is taken back, where it is one: a rule of docs/protocol.md. */
  readonly decision?: Decision;
}

export type Broken = Omit<ProtocolMutant, 'engine'>;

export const ofModel = (engine: string, broken: readonly Broken[]): ProtocolMutant[] =>
  broken.map((one) => ({ ...one, engine }));
