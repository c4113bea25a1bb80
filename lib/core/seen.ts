import { codeOf, messageOf } from './errors.ts';
import { isA, itemsOf, memberOf } from './guarded.ts';
import { schemaFaultsIn } from './schema-faults.ts';

/** What is read of one error. */
export interface Seen {
  readonly value: unknown;
  readonly name: unknown;
  /** NO_CODE where it has none. */
  readonly code: string;
  /** Of any length. */
  readonly text: string;
  /** Those of an AggregateError, and of these no further ones. */
  readonly errors: readonly Seen[];
}

/**
 * What is read of an error and of what caused it, each member once: a getter may answer otherwise the next time, and causes may lead back
 * to where they began. Never throws.
 * @param causes how many are looked at
 * @param inner how many errors of each
 */
export function seenIn(thrown: unknown, causes: number, inner: number): [Seen, ...Seen[]] {
  const chain: [Seen, ...Seen[]] = [seen(thrown, inner)];
  let cause = memberOf(thrown, 'cause');
  for (; cause !== undefined && chain.length <= causes; cause = memberOf(cause, 'cause'))
    chain.push(seen(cause, inner));
  return chain;
}

function seen(value: unknown, inner: number): Seen {
  const name = memberOf(value, 'name');
  return {
    ...{ value, name, code: codeOf(value), text: schemaFaultsIn(value) ?? messageOf(value) },
    errors: inner > 0 && holdsOthers(value, name) ? errorsOf(value, inner) : [],
  };
}

/** One of another realm is of another class, and has its name. */
const holdsOthers = (value: unknown, name: unknown): boolean => isA(value, AggregateError) || name === 'AggregateError';

const errorsOf = (value: unknown, most: number): Seen[] =>
  itemsOf(memberOf(value, 'errors'), most).items.map((one) => seen(one, 0));
