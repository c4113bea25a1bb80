import { NotReadyError } from '../core/errors.ts';
import { describeThrown } from '../core/thrown.ts';
import type { Env } from '../sdk/settings.ts';
import type { Batch } from './batch.ts';
import type { Runnable } from './handle.ts';
import type { Waiting } from './not-ready.ts';

/**
 * What these run with, and on. Without it none runs: what cannot be asked for is an outage, what is missing or does not fit is waited for
 * (protocol: setup-before-the-run, settings-before-the-run).
 */
export async function withWhatItNeeds(
  admitted: readonly Runnable[],
  batch: Batch,
): Promise<{ env: Env; able: readonly Runnable[]; lacking: Waiting[] }> {
  const none = { env: {}, able: [], lacking: [] };
  if (admitted.length === 0) return none;
  try {
    const { setup, settings } = batch.ports;
    const [env] = await Promise.all([settings(), setup()]);
    return { env, able: admitted, lacking: [] };
  } catch (error) {
    const states = admitted.map(({ state }) => state);
    if (error instanceof NotReadyError) {
      const fact = { kind: 'not-ready', why: error.why, detail: error.message } as const;
      return { ...none, lacking: states.map((state) => ({ state, fact })) };
    }
    batch.outage(states, describeThrown(error));
    return none;
  }
}
