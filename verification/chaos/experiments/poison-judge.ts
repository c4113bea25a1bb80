import type { Findings } from '../experiment.ts';
import { type Deliveries, delaysOf } from './poison-deliveries.ts';
import { type Measured, medianOf, type Poison } from './poison-load.ts';

/** What the p99 of healthy events may be of the one without poison. */
const BOUND = 1.2;
/** Times that a killer may make its neighbours wait. */
const DELAYS = 2;
/** Lines of evidence for each kind of poison. */
const EVIDENCE = 2;

/** What is mixed into the load, how often it is compared, and how many events a second are sent. */
export interface Mix {
  name: string;
  does: Poison;
  /** Of the events. */
  share: number;
  pairs: number;
  /** Events of each load that are not poison. */
  healthy: number;
  /** Events a second with poison: as many runs a second as without. */
  rate: number;
  /** Events a second without it, each of which is one run. */
  runs: number;
  /** Whether p99 has a bound. */
  bound: boolean;
}

/** Loads that are compared: of as many runs a second. */
export interface Pair {
  withIt: Measured;
  without: Measured;
}

export type Judged = Required<Pick<Findings, 'violations' | 'figures' | 'evidence'>>;

/** What the pairs of one mix say. */
export function judge(mix: Mix, pairs: readonly Pair[], deliveries: Deliveries): Judged {
  const { name, does, rate, runs, bound } = mix;
  const { again, back } = deliveries;
  const healthy = pairs.flatMap(({ withIt }) => [...withIt.due]);
  const delays = new Map(healthy.map(([id, due]) => [id, delaysOf(id, due, deliveries)]));
  const over = healthy
    .map(([id]) => id)
    .filter((id) => (does === 'throw' ? again.has(id) || back.has(id) : (delays.get(id) ?? 0) > DELAYS));
  const ratio = medianOf(pairs.map(({ withIt, without }) => withIt.p99 / without.p99));
  const slow = bound && ratio > BOUND;
  const figures = {
    'p99 with it / without, as many runs a second': hundredths(ratio),
    'pairs of which that is the median': pairs.length,
    'healthy events of each load': mix.healthy,
    'events a second with it': Math.round(rate),
    'events a second without it': Math.round(runs),
    poison: pairs.reduce((sum, { withIt }) => sum + withIt.poison, 0),
    'median latency without it, ms': Math.round(medianOf(pairs.map(({ without }) => without.median))),
    'p99 without it, ms': Math.round(medianOf(pairs.map(({ without }) => without.p99))),
    'healthy events delivered again': healthy.filter(([id]) => again.has(id)).length,
    'most delays of one': Math.max(...delays.values()),
    'sent late by at most, ms': Math.round(
      Math.max(...pairs.flatMap((one) => [one.withIt.lateBy, one.without.lateBy])),
    ),
  };
  return {
    violations: {
      [does === 'throw' ? 'healthy events given back' : 'delayed more than twice by a killer']: over.length,
      ...(bound && { [`p99 over ${BOUND} times, ${name}`]: slow ? 1 : 0 }),
    },
    figures: Object.fromEntries(Object.entries(figures).map(([figure, value]) => [`${name}: ${figure}`, value])),
    evidence: [
      ...over
        .slice(0, EVIDENCE)
        .map((id) => `${name}: ${id}: again ${again.get(id)?.length ?? 0} times, ${delays.get(id)} delays`),
      ...(slow ? [`${name}: p99 ${pairs.map(p99sOf).join(', ')} ms`] : []),
    ],
  };
}

/** In milliseconds, with it / without. */
export const p99sOf = ({ withIt, without }: Pair): string => `${Math.round(withIt.p99)}/${Math.round(without.p99)}`;

const hundredths = (value: number): number => Math.round(value * 100) / 100;
