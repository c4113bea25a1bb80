import { withAttempts } from '../core/attempts.ts';
import { messageOf } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ran, Records } from '../ports/records.ts';
import type { Results } from '../ports/results.ts';
import type { Log } from '../sdk/log.ts';
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

/** A candidate whose run begins, with the record as it was read. */
export interface Begun extends Candidate, Pick<Ran, 'known'> {}

/** Candidates whose runs begin now. First deliveries get no mark, so that the common path pays nothing. */
export const beginRuns = (candidates: readonly Candidate[], newRun: () => string): Begun[] =>
  candidates.map((candidate) => {
    const { state, crashes } = candidate;
    const { known } = state;
    if (state.receives <= 1) return { ...candidate, known };
    const counted = known && { ...known, ...withAttempts(known, crashes) };
    return { ...candidate, known, state: { ...state, run: newRun(), known: counted } };
  });

/**
 * Writes the start marks of runs that begin, in one bulk write.
 * @param begun as beginRuns made them
 * @returns the runs whose condition holds no more
 */
export async function writeMarks(begun: readonly Begun[], { records, clock }: MarkPorts): Promise<ReadonlySet<string>> {
  const at = new Date(clock.now());
  const alone = begun.length === 1;
  const marks = begun.flatMap(({ state: { key, message, run }, known, died, crashes, suspect }) =>
    run === undefined ? [] : [{ key, message, known, run, at, alone, died, crashes, suspect }],
  );
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
