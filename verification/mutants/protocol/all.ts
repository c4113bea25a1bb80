import { batch } from './batch.ts';
import { condition } from './condition.ts';
import { deadLetters } from './dead-letters.ts';
import { fifo } from './fifo.ts';
import { formats } from './formats.ts';
import { ingest } from './ingest.ts';
import { joint } from './joint.ts';
import { projections } from './projections.ts';
import type { ProtocolMutant } from './protocol-mutant.ts';
import { returns } from './returns.ts';
import { settings } from './settings.ts';
import { status } from './status.ts';
import { togetherApplied } from './together.ts';

/** How they are run: the engines are right, and a test that would hang fails by an assertion of its own before its time is over. */
export const protocolOptions = { sharedEngines: true, mutantMs: 120_000 };

/**
 * The 25 readings and 41 mutants of the model of the protocol, in the code: what the model refutes, a test of the code must catch. None is
 * left out. Beside them what the model does not know: formats, returns that end, settings, what else a joint run could do wrong, and
 * events whose projections are applied in one call.
 */
export const protocolMutants: readonly ProtocolMutant[] = [
  ...ingest,
  ...condition,
  ...deadLetters,
  ...projections,
  ...status,
  ...batch,
  ...joint,
  ...fifo,
  ...formats,
  ...returns,
  ...settings,
  ...togetherApplied,
];
