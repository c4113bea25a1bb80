import type { Mutant } from '../mutant.ts';
import { setup } from './setup.ts';
import { stages } from './stages.ts';

/** Mends of faults that were found from outside, taken out again: each has a test that misses it. */
export const faultMutants: readonly Mutant[] = [...stages, ...setup];
