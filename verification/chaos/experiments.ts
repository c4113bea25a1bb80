import type { Experiment } from './experiment.ts';
import { batches } from './experiments/batches.ts';
import { brownouts } from './experiments/brownouts.ts';
import { crashes } from './experiments/crashes.ts';
import { emptied } from './experiments/emptied.ts';
import { evicted } from './experiments/evicted.ts';
import { freeze } from './experiments/freeze.ts';
import { kills } from './experiments/kills.ts';
import { outage } from './experiments/outage.ts';
import { payloads } from './experiments/payloads.ts';
import { poison } from './experiments/poison.ts';
import { publish } from './experiments/publish.ts';
import { requests } from './experiments/requests.ts';
import { wait } from './experiments/wait.ts';
import { zombies } from './experiments/zombies.ts';

/** In the order in which they run: of those that share the machine the longest first, so that no core waits at the end. */
export const experiments: readonly Experiment[] = [
  outage,
  crashes,
  evicted,
  emptied,
  batches,
  kills,
  zombies,
  payloads,
  requests,
  publish,
  poison,
  brownouts,
  freeze,
  wait,
];
