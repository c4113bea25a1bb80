import type { Experiment } from './experiment.ts';
import { batches } from './experiments/batches.ts';
import { brownouts } from './experiments/brownouts.ts';
import { emptied } from './experiments/emptied.ts';
import { kills } from './experiments/kills.ts';
import { outage } from './experiments/outage.ts';
import { payloads } from './experiments/payloads.ts';
import { publish } from './experiments/publish.ts';
import { requests } from './experiments/requests.ts';
import { zombies } from './experiments/zombies.ts';

/** In the order in which they run. */
export const experiments: readonly Experiment[] = [
  kills,
  zombies,
  batches,
  publish,
  requests,
  payloads,
  emptied,
  outage,
  brownouts,
];
