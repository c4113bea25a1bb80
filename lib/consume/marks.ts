import { messageOf } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Records } from '../ports/records.ts';
import type { Results } from '../ports/results.ts';
import type { Log } from '../sdk/log.ts';
import type { State } from './delivery.ts';
import type { Mark } from './fates.ts';
import type { Candidate } from './redelivery.ts';

export interface MarkPorts {
  records: Records;
  results: Results;
  clock: Clock;
  log: Log;
  /** A fresh id for a run. */
  newRun(): string;
}

/** The states of candidates whose runs begin now. First deliveries get no mark, so that the common path pays nothing. */
export const beginRuns = (candidates: readonly Candidate[], newRun: () => string): State[] =>
  candidates.map(({ state, crashes }) => {
    if (state.receives <= 1) return state;
    const { known } = state;
    return { ...state, run: newRun(), known: known && { ...known, attempts: [...known.attempts, ...crashes] } };
  });

/**
 * Writes the start marks of runs that begin, in one bulk write.
 * @param begun the states of these candidates, in their order
 * @returns the runs whose condition holds no more
 */
export async function writeMarks(
  candidates: readonly Candidate[],
  begun: readonly State[],
  { records, clock }: MarkPorts,
): Promise<ReadonlySet<string>> {
  const at = new Date(clock.now());
  const alone = candidates.length === 1;
  const marks = candidates.flatMap(({ died, crashes, suspect }, index) => {
    const { key, message, run } = begun[index] ?? {};
    if (key === undefined || message === undefined || run === undefined) return [];
    return [{ key, message, run, at, alone, died, crashes, suspect }];
  });
  return marks.length === 0 ? new Set() : records.mark(marks);
}

/** A run that returns its message did not die: its mark goes, or is declared void where MongoDB is what is down (protocol: withdrawn-marks). */
export async function withdraw(marks: readonly Mark[], ports: MarkPorts): Promise<void> {
  if (marks.length === 0) return;
  try {
    await ports.records.withdraw(marks);
  } catch {
    await declareVoid(marks, ports);
  }
}

/** Marks count for nothing from now on, whoever reads them. */
export async function declareVoid(marks: readonly Mark[], { results, log }: MarkPorts): Promise<void> {
  if (marks.length === 0) return;
  await results.voidMarks(marks).catch((error: unknown) => {
    log.error('start marks could not be withdrawn', { marks: marks.length, reason: messageOf(error) });
  });
}
