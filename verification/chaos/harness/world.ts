import { openWorld } from '../../../test/support/consumer-world.ts';
import type { Run } from '../experiment.ts';
import { startEngines } from './engines.ts';

/** The consumer's world on engines in processes of their own, until it is closed. */
export async function chaosWorld({ real }: Pick<Run, 'real'>) {
  const engines = await startEngines(real);
  const world = await openWorld(engines);
  return { world, engines };
}
