import type { Mutant } from '../mutant.ts';
import { growth } from './growth.ts';
import { jobFaults } from './jobs.ts';
import { limits } from './limits.ts';
import { silence } from './silence.ts';

/** How they are run: the engines are right. */
export const faultOptions = { sharedEngines: true, mutantMs: 60_000 };

/** Mends of faults that were found from outside, each taken out again: a test must see it. */
export const faultMutants: readonly Mutant[] = [...growth, ...jobFaults, ...silence, ...limits];
