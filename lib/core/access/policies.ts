import type { Identity } from './identity.ts';
import type { Rate } from './key-entry.ts';

/** What is counted, in the order in which it is looked at. */
const measures = ['requests', 'events', 'bytes'] as const satisfies readonly (keyof Rate)[];
export type Measure = (typeof measures)[number];

/** How much may come at once, and how long that takes to come back. */
export interface Quota {
  readonly quota: number;
  readonly windowSeconds: number;
}

/** One limit of a caller: a bucket of its own. */
export interface Policy extends Quota {
  readonly whose: 'key' | 'tenant';
  readonly of: Measure;
}

/** As callers read it (docs/http.md). */
export const nameOf = ({ whose, of }: Policy): string => `${whose}-${of}`;

/** What may come at once is so many seconds' worth. */
const BURST_SECONDS = 10;

/**
 * What limits a caller: what is said of its key, and what is said of its own tenant.
 * @param stage the stage's limit on a tenant's events, for tenants of which nothing is said
 */
export const policiesOf = ({ rate, tenantRate }: Identity, stage: Quota | undefined): Policy[] => [
  ...policies('key', rate),
  ...(tenantRate || !stage ? policies('tenant', tenantRate) : [{ whose: 'tenant', of: 'events', ...stage } as const]),
];

const policies = (whose: Policy['whose'], rate: Rate = {}): Policy[] =>
  measures.flatMap((of) => {
    const aSecond = rate[of];
    if (aSecond === undefined) return [];
    return [{ whose, of, quota: aSecond * BURST_SECONDS, windowSeconds: BURST_SECONDS }];
  });
