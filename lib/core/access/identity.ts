import type { Bounds, Grants, Rate } from './key-entry.ts';

/** Who calls: a key, and what it may do. */
export interface Identity extends Grants {
  /** Which key, for logs and for what says who did something; never the key itself. */
  readonly key: { readonly id: string; readonly name: string };
  /** Of all of the tenant's keys together; left out, the stage's. */
  readonly tenantRate?: Rate;
  /** Requests of the tenant that may wait at a time; left out, the stage's. */
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
