import type { Grants, Rate } from './key-entry.ts';
import { hasScope } from './scopes.ts';

/** In what a key that is wanted goes beyond the one that is to make it. */
export type Excess = 'tenant' | 'operator' | 'scopes' | 'types' | 'sources' | 'expires' | 'rate';

/** What `POST /keys` is asked to grant. */
export type Wanted = Omit<Grants, 'tenant'> & Partial<Pick<Grants, 'tenant'>>;

/** What a new key is granted: what is wanted, and where that says nothing, what its maker has. */
export function withDefaults(maker: Grants, wanted: Wanted): Grants {
  const { tenant, types, sources, expires } = maker;
  const rate = maker.rate && { ...maker.rate, ...wanted.rate };
  return {
    tenant,
    ...(types && { types }),
    ...(sources && { sources }),
    ...(expires !== undefined && { expires }),
    ...wanted,
    ...(rate && { rate }),
  };
}

/**
 * In what a wanted key goes beyond its maker; empty where it may be made (docs/http.md: `grant-exceeds-key`). Only an
 * operator names a tenant, were it its own; every other bound binds an operator too.
 * @param wanted as it was asked for, before defaults
 */
export function excessOf(maker: Grants, wanted: Wanted): Excess[] {
  const tenant = wanted.tenant !== undefined && !isOperator(maker);
  return [...(tenant ? (['tenant'] as const) : []), ...beyond(maker, withDefaults(maker, wanted))];
}

/** Whether a key may rotate or revoke another: one of its tenant that has no more than itself. An operator may any. */
export const mayTouch = (caller: Grants, target: Grants): boolean =>
  isOperator(caller) || (caller.tenant === target.tenant && beyond(caller, target).length === 0);

const isOperator = (key: Grants): boolean => key.scopes.includes('operator');

function beyond(has: Grants, wanted: Grants): Excess[] {
  const rules: Record<Exclude<Excess, 'tenant'>, boolean> = {
    operator: isOperator(wanted) && !isOperator(has),
    scopes: wanted.scopes.some((scope) => scope !== 'operator' && !hasScope(has, scope)),
    types: !isWithin(has.types, wanted.types),
    sources: !isWithin(has.sources, wanted.sources),
    expires: !endsWithin(has.expires, wanted.expires),
    rate: !isNoFaster(has.rate, wanted.rate),
  };
  return excesses.filter((excess) => rules[excess]);
}

const excesses = ['operator', 'scopes', 'types', 'sources', 'expires', 'rate'] as const;

const isWithin = (bound: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean =>
  bound === undefined || (wanted?.every((one) => bound.includes(one)) ?? false);

/** A time that cannot be read is within nothing. */
const endsWithin = (bound: string | undefined, wanted: string | undefined): boolean =>
  bound === undefined || (wanted !== undefined && Date.parse(wanted) <= Date.parse(bound));

const isNoFaster = (bound: Rate = {}, wanted: Rate = {}): boolean =>
  rates.every((of) => {
    const [most, asked] = [bound[of], wanted[of]];
    return most === undefined || (asked !== undefined && asked <= most);
  });

const rates = ['requests', 'events', 'bytes'] as const;
