import type { Mutant } from '../mutant.ts';

/**
 * A rule of the protocol broken in the code, as the checked model of the protocol breaks it. Its name is the model's, `engine` the part of
 * the model: ingest, consumer, batch or fifo; `formats` is no part of it.
 */
export interface ProtocolMutant extends Mutant {
  /** The decision that is taken back, where it is one. */
  readonly decision?: `D${number}`;
}

export type Broken = Omit<ProtocolMutant, 'engine'>;

export const ofModel = (engine: string, broken: readonly Broken[]): ProtocolMutant[] =>
  broken.map((one) => ({ ...one, engine }));
