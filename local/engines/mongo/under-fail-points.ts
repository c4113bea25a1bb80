import { faultReply, timeExpired } from './errors.ts';
import type { FailPoints } from './fail-points.ts';
import { pause } from './pause.ts';
import { type Doc, toNumber } from './value/types.ts';

interface Sent {
  command: Doc;
  connection: number;
  /** As the client's first hello called it. */
  appName: string | undefined;
  signal: AbortSignal;
}

/**
 * Runs a command under the fail points that a client has set.
 * @returns its answer; null when the connection shall be closed in place of it
 */
export async function underFailPoints(
  points: FailPoints,
  { command, connection, appName, signal }: Sent,
  run: () => Promise<Doc>,
): Promise<Doc | null> {
  const [name = ''] = Object.keys(command);
  const failing = points.meet(name, command, appName);
  if (!failing) return answered(points, connection, run);
  const { blockMs, closes, answer, addition } = failing;
  const limit = toNumber(command.maxTimeMS) || Number.POSITIVE_INFINITY;
  await pause(Math.min(blockMs, limit), signal);
  if (blockMs > limit) return faultReply(timeExpired());
  if (closes) return null;
  if (answer) return answer;
  const ran = await answered(points, connection, run);
  return ran && { ...ran, ...addition };
}

async function answered(points: FailPoints, connection: number, run: () => Promise<Doc>): Promise<Doc | null> {
  const answer = await run();
  return points.mustClose(connection) ? null : answer;
}
