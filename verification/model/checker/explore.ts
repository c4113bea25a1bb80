import { canReach } from './can-reach.ts';
import type { Action, Broken, Found, Model, Property } from './model.ts';
import { copyOf, hashOf } from './state.ts';

/** The system cannot come to rest although nothing goes wrong any more: a livelock. */
export const NO_REST = 'from here nothing but faults or people leads to rest';

/** More states than this are not looked at; then the search is not complete. */
const MOST_STATES = 4_000_000;

/**
 * Searches all interleavings of a model breadth first, so that the first violation found has a shortest trace. A
 * state that was seen is
 * remembered by a hash of 53 bits. In the end every state must be able to reach one at rest by the system's own steps.
 */
export function explore<State, Actor>(model: Model<State, Actor>, mostStates = MOST_STATES): Found {
  const seen = new Map<number, number>();
  const ways = new Ways();
  const from: number[] = [];
  const to: number[] = [];
  const atRest: number[] = [];
  let broken: Broken | null = null;
  let steps = 0;
  let depth = 0;

  const first = model.initial();
  model.normalize(first);
  seen.set(hashOf(first), ways.add(-1, 'start'));
  let level = [{ id: 0, state: first, hash: hashOf(first) }];
  broken = brokenOf(model.always, first, () => ways.to(0));

  while (level.length > 0 && !broken && ways.length < mostStates) {
    const next: typeof level = [];
    depth++;
    for (const { id, state, hash } of level) {
      const actions = model.actions(state);
      for (const action of actions) {
        const after = copyOf(state);
        action.change(after);
        model.normalize(after);
        const afterHash = hashOf(after);
        if (afterHash === hash) continue;
        steps++;
        broken = brokenByStep(model, state, after, action, () => [...ways.to(id), action.name]);
        if (broken) break;
        const known = seen.get(afterHash);
        const afterId = known ?? ways.add(id, action.name);
        if (action.kind === 'step') {
          from.push(id);
          to.push(afterId);
        }
        if (known !== undefined) continue;
        seen.set(afterHash, afterId);
        broken = brokenOf(model.always, after, () => ways.to(afterId));
        if (broken) break;
        next.push({ id: afterId, state: after, hash: afterHash });
      }
      if (!broken && !actions.some(({ kind }) => kind === 'step')) {
        atRest.push(id);
        broken = brokenOf(model.atRest, state, () => ways.to(id));
      }
      if (broken) break;
    }
    level = next;
  }
  const complete = ways.length < mostStates;
  if (!broken && complete) {
    const stuck = canReach(atRest, ways.length, from, to).indexOf(0);
    if (stuck >= 0) broken = { property: NO_REST, trace: ways.to(stuck) };
  }
  return { states: ways.length, steps, depth, atRest: atRest.length, complete, broken };
}

function brokenOf<State>(
  properties: readonly Property<State>[],
  state: State,
  trace: () => readonly string[],
): Broken | null {
  const failed = properties.find(({ holds }) => !holds(state));
  return failed ? { property: failed.name, trace: trace() } : null;
}

function brokenByStep<State, Actor>(
  { steps }: Model<State, Actor>,
  before: State,
  after: State,
  { by }: Action<State, Actor>,
  trace: () => readonly string[],
): Broken | null {
  const failed = steps.find(({ holds }) => !holds(before, after, by));
  return failed ? { property: failed.name, trace: trace() } : null;
}

/** How every state was first reached: from which state, by which action. */
class Ways {
  readonly #from: number[] = [];
  readonly #action: number[] = [];
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();

  get length(): number {
    return this.#from.length;
  }

  /** @returns the number of the state that was reached */
  add(from: number, action: string): number {
    let number = this.#numbers.get(action);
    if (number === undefined) {
      number = this.#names.push(action) - 1;
      this.#numbers.set(action, number);
    }
    this.#action.push(number);
    return this.#from.push(from) - 1;
  }

  to(state: number): string[] {
    const trace: string[] = [];
    for (let at = state; (this.#from[at] ?? -1) >= 0; at = this.#from[at] ?? -1)
      trace.unshift(this.#names[this.#action[at] ?? 0] ?? '');
    return trace;
  }
}
