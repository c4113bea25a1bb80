import type { Offers } from '../checker/offers.ts';
import type { Actor, Mutant, Options, State } from './state.ts';

const GENERATIONS = [0, 1] as const;
const other = (generation: 0 | 1): 0 | 1 => (generation === 0 ? 1 : 0);

/** What consumers do with a projection in Redis. */
export function projecting({ mutant }: Options) {
  const broken = (one: Mutant): boolean => mutant === one;

  /** One script: to every live generation, each behind its own guard (protocol: both-generations). */
  const project = (next: State): void => {
    const both = next.building && !broken('applied-to-current-only');
    for (const generation of both ? GENERATIONS : [next.current]) {
      if (next.guards[generation] !== '' && !broken('no-guard')) continue;
      next.applied[generation]++;
      next.guards[generation] = broken('guard-of-one-hour') ? 'short' : 'long';
    }
  };
  /** From 7 days to 1 hour. */
  const cut = (next: State): void => {
    for (const generation of GENERATIONS) {
      if (next.guards[generation] !== 'long') continue;
      if (generation === next.current || broken('guard-cut-while-building')) next.guards[generation] = 'short';
    }
  };
  const markApplied = (next: State): void => {
    if (next.record?.projection === 'pending') next.record.projection = 'applied';
  };
  return { project, cut, markApplied };
}

/** What Redis forgets, and a rebuild of the projection from MongoDB. */
export function projectionActions(options: Options, state: State, offers: Offers<State, Actor>): void {
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;
  // 7 days outlive every message, and no run lives an hour.
  const applying = state.runs.some(({ at }) => at === 'project') && !broken('run-outlives-short-guard');
  for (const generation of GENERATIONS)
    if (state.guards[generation] === 'short' && !applying)
      offers.choice('the short guard expires', (next) => {
        next.guards[generation] = '';
      });
  if (!options.rebuild) return;

  if (!state.lost)
    offers.fault('Redis loses acknowledged writes', (next) => {
      next.applied = [0, 0];
      next.guards = ['', ''];
      next.lost = true;
      next.building = false;
      next.rebuild = '';
      next.scanned = false;
    });
  const coming = other(state.current);
  const announce = (next: State): void => {
    next.rebuild = 'announced';
    next.building = true;
    next.applied[coming] = 0;
    next.guards[coming] = '';
  };
  const begins = 'rebuild announces a new generation';
  if (state.rebuild === '' && state.lost) offers.step(begins, announce);
  else if (state.rebuild === '' && !state.rebuilt) offers.choice(begins, announce);
  if (state.rebuild === 'announced')
    offers.step('rebuild reads MongoDB', (next) => {
      next.scanned = next.record?.state === 'succeeded';
      next.rebuild = 'read';
    });
  if (state.rebuild === 'read')
    offers.step('rebuild applies what it read', (next) => {
      if (next.scanned && (next.guards[coming] === '' || broken('rebuild-without-guard'))) {
        next.applied[coming]++;
        next.guards[coming] = 'long';
      }
      next.scanned = false;
      next.rebuild = 'applied';
    });
  if (state.rebuild === 'applied')
    offers.step('rebuild switches generations', (next) => {
      next.current = coming;
      next.building = false;
      next.rebuild = '';
      next.lost = false;
      next.rebuilt = true;
    });
}
