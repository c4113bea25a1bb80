import type { Bounds, Grants, Rate } from './key-entry.ts';

/** Who calls: a key, and what it may do. */
export interface Identity extends Grants {
  /** Which key, for logs and for what says who did something; never the key itself. */
  readonly key: { readonly id: string; readonly name: string };
  /** Its own tenant, while an operator acts in another. */
  readonly home?: string;
  /** Of all of its own tenant's keys together; left out, the stage's. */
  readonly tenantRate?: Rate;
  /** Requests of its own tenant that may wait at a time; left out, the stage's. */
  readonly waits?: number;
}

/** Whoever calls a stage that asks for no key. */
export const localIdentity: Identity = {
  tenant: 'local',
  key: { id: 'none', name: 'none' },
  scopes: ['operator'],
};

/** Whoever calls a route that is for anyone. No tenant has this name, so nothing is theirs. */
export const anyone: Identity = { tenant: '', key: { id: 'none', name: 'none' }, scopes: [] };

/** In whose places a request waits. */
export interface Waiter {
  readonly tenant: string;
  /** Absent where nobody has a key. */
  readonly key?: string;
  /** Of the tenant; left out, the stage's. */
  readonly places?: number;
}

/** A key waits in places of its own tenant, wherever it acts. */
export const waiterOf = ({ tenant, home = tenant, key, waits }: Identity): Waiter => ({
  tenant: home,
  ...(key.id !== localIdentity.key.id && { key: key.id }),
  ...(waits !== undefined && { places: waits }),
});

/** Whether a key may have to do with events of this type. */
export const mayType = ({ types }: Bounds, type: string): boolean => types?.includes(type) ?? true;

/** Whether a key may have to do with events from this source. */
export const maySource = ({ sources }: Bounds, source: string): boolean => sources?.includes(source) ?? true;

/** What binds a key, and nothing else of it. */
export const boundsOf = ({ types, sources }: Bounds): Bounds => ({
  ...(types && { types }),
  ...(sources && { sources }),
});

/** The `source` of an event that was sent without one. */
export const defaultSource = (tenant: string): string => `/tenants/${tenant}`;
