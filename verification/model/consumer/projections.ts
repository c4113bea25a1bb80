import type { Offers } from '../checker/offers.ts';
import type { Mutant, Options } from './options.ts';
import type { Actor, State } from './state.ts';

const GENERATIONS = [0, 1] as const;
const other = (generation: 0 | 1): 0 | 1 => (generation === 0 ? 1 : 0);

/** What consumers do with a projection in Redis. */
export function projecting({ mutant }: Options) {
  const broken = (one: Mutant): boolean => mutant === one;

  /**
   * One script: to every live generation, each behind its own guard (protocol: both-generations). One whose key is
   * of another kind
   * refuses for itself.
   * @returns whether it was refused
   */
  const project = (next: State): boolean => {
    const both = next.building && !broken('applied-to-current-only');
    let refused = false;
    for (const generation of both ? GENERATIONS : [next.current]) {
      if (next.guards[generation] !== '' && !broken('no-guard')) continue;
      if (next.wrongKind[generation]) {
        refused = true;
        next.refused = true;
        continue;
      }
      next.applied[generation]++;
      next.guards[generation] = broken('guard-of-one-hour') ? 'short' : 'long';
    }
    return refused;
  };
  /** From 7 days to 1 hour; none while a rebuild is announced, whose reading of the records still needs them. */
  const cut = (next: State): void => {
    const all = broken('guard-cut-while-building');
    if (next.building && !all) return;
    for (const generation of all ? GENERATIONS : [next.current])
      if (next.guards[generation] === 'long') next.guards[generation] = 'short';
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
  // With what its next batch has for Redis, if there is one.
  if (state.mayCut)
    offers.choice('an environment cuts the guards to 1 h', (next) => {
      projecting(options).cut(next);
      next.mayCut = false;
    });
  if (!options.rebuild) return;

  redisFaults(options, state, offers);
  rebuildSteps(options, state, offers);
}

function redisFaults({ wrongKind }: Options, state: State, offers: Offers<State, Actor>): void {
  if (!state.lost)
    offers.fault('Redis loses acknowledged writes', (next) => {
      next.applied = [0, 0];
      next.guards = ['', ''];
      next.wrongKind = [false, false];
      next.lost = true;
      next.building = false;
      next.rebuild = '';
      next.scanned = false;
    });
  const { current } = state;
  if (wrongKind && state.applied[current] === 0 && !state.wrongKind[current])
    offers.fault('somebody writes another kind of value under the key', (next) => {
      next.wrongKind[current] = true;
    });
}

function rebuildSteps({ mutant }: Options, state: State, offers: Offers<State, Actor>): void {
  const coming = other(state.current);
  /** A rebuild that died has left its announcement: the next one joins it. */
  const announce = (next: State): void => {
    next.rebuild = 'announced';
    if (next.building) return;
    next.building = true;
    next.applied[coming] = 0;
    next.guards[coming] = '';
    next.wrongKind[coming] = false;
  };
  const begins = 'rebuild announces a coming generation';
  if (state.rebuild === '' && (state.lost || state.wrongKind[state.current])) offers.step(begins, announce);
  else if (state.rebuild === '' && !state.rebuilt) offers.choice(begins, announce);
  else if (state.rebuild !== '')
    offers.fault('the rebuild dies', (next) => {
      next.rebuild = '';
      next.scanned = false;
    });
  if (state.rebuild === 'announced')
    offers.step('rebuild reads MongoDB', (next) => {
      next.scanned = next.record?.state === 'succeeded';
      next.rebuild = 'read';
    });
  if (state.rebuild === 'read')
    offers.step('rebuild applies what it read', (next) => {
      if (next.scanned && (next.guards[coming] === '' || mutant === 'rebuild-without-guard')) {
        next.applied[coming]++;
        next.guards[coming] = 'long';
      }
      next.rebuild = 'applied';
    });
  if (state.rebuild === 'applied')
    offers.step('rebuild switches generations', (next) => {
      // A key that the coming generation does not have is carried over.
      if (next.applied[coming] === 0 && !next.wrongKind[next.current])
        next.applied[coming] = next.applied[next.current];
      next.current = coming;
      next.building = false;
      next.rebuild = 'switched';
      next.lost = false;
      next.rebuilt = true;
    });
  if (state.rebuild === 'switched')
    offers.step('rebuild marks what was pending, and cuts guards', (next) => {
      if (next.scanned && next.record?.projection === 'pending') next.record.projection = 'applied';
      const { current } = next;
      if (next.record?.projection === 'applied' && next.guards[current] === 'long') next.guards[current] = 'short';
      next.scanned = false;
      next.rebuild = '';
    });
}
