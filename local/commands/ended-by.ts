import { messageOf } from '../../lib/core/errors.ts';
import { LaunchError } from '../stack/launch.ts';

/**
 * What a command says that an error ended.
 * @param interrupted aborted by Ctrl-C
 * @returns the exit code
 * @throws the error itself where nobody foresaw it
 */
export function endedBy(error: unknown, interrupted: AbortSignal): number {
  const expected = error instanceof LaunchError || (error instanceof TypeError && 'code' in error);
  if (!interrupted.aborted && !expected) throw error;
  console.error(interrupted.aborted ? 'interrupted' : messageOf(error));
  return interrupted.aborted ? 130 : 1;
}
