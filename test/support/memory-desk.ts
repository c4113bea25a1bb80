import type { AuditEntry } from '../../lib/ports/audit.ts';
import type { DeskChange, DeskView, FailureDesk } from '../../lib/ports/failure-desk.ts';
import type { FailureRecord } from '../../lib/ports/failures.ts';
import { isReached } from './is-reached.ts';

/** A failure desk in memory with one failure on it, which stays as it is; what was decided is kept. */
export function memoryDesk(view: DeskView) {
  const { failure } = view;
  const changes: DeskChange[] = [];
  const audit: AuditEntry[] = [];
  const desk: FailureDesk = {
    async change(reach, id, decide) {
      if (id !== failure._id || !isReached(reach, failure)) return null;
      const decided = decide(view);
      if (!decided) return failure;
      changes.push(decided.change);
      if (decided.audit !== 'of its job') audit.push(decided.audit);
      return afterIt(failure, decided.change);
    },
  };
  return { desk, changes, audit };
}

function afterIt(failure: FailureRecord, change: DeskChange): FailureRecord {
  switch (change.kind) {
    case 'replay':
      return { ...failure, state: 'replaying', replay: change.replay };
    case 'replace':
      return { ...failure, state: 'replayed', replacement: change.replacement };
    case 'discard':
      return { ...failure, state: 'discarded', discarded: { reason: change.reason, at: change.at.toISOString() } };
    case 'take-back-replay':
      return { ...failure, state: 'failed-again' };
    case 'take-back-replacement':
      return { ...failure, state: change.state };
    case 'ask-again':
      return failure;
  }
}
