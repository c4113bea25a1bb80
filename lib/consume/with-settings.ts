import { SettingsError } from '../core/errors.ts';
import { describeThrown } from '../core/thrown.ts';
import type { Env } from '../sdk/settings.ts';
import type { Batch } from './batch.ts';
import type { Runnable } from './handle.ts';
import type { Waiting } from './not-ready.ts';

/**
 * What these run with. Without it none runs: settings that cannot be read are an outage, those that are missing or do not fit are waited
 * for (protocol: settings-before-the-run).
 */
export async function withSettings(
  admitted: readonly Runnable[],
  batch: Batch,
): Promise<{ env: Env; able: readonly Runnable[]; lacking: Waiting[] }> {
  const none = { env: {}, able: [], lacking: [] };
  if (admitted.length === 0) return none;
  try {
    return { env: await batch.ports.settings(), able: admitted, lacking: [] };
  } catch (error) {
    const states = admitted.map(({ state }) => state);
    if (error instanceof SettingsError) {
      const fact = { kind: 'not-ready', why: 'settings-missing', detail: error.message } as const;
      return { ...none, lacking: states.map((state) => ({ state, fact })) };
    }
    batch.outage(states, describeThrown(error));
    return none;
  }
}
