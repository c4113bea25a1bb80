import type { DeskChange, DeskView } from '../../ports/failure-desk.ts';
import { isOwn, isSeen, type Plan } from './plan.ts';

/**
 * SQS will never take the message of this replay: what was written of it is undone, so that the failure can be mended or discarded
 * (protocol: refused-replay-is-undone). A new event that was asked for once before may be in its queue all the same, and stays written down.
 * @param plan of the replay that was refused
 * @returns null where it stands otherwise by now
 */
export function takingBack(
  { failure, record, replacementSeen }: DeskView,
  { replayed, replacement, closed }: Plan,
  at: Date,
): DeskChange | null {
  if (replayed) {
    const isOurs = failure.state === 'replaying' && failure.replay === replayed.replay;
    return isOurs && isOwn(failure, record) && !isSeen(record) ? { kind: 'take-back-replay', at } : null;
  }
  if (closed === undefined || failure.replacement?.key !== replacement?.key || replacementSeen) return null;
  return { kind: 'take-back-replacement', state: closed, at };
}
