import { nameOf } from '../core/access/policies.ts';
import type { Charge } from '../limits/charge.ts';

/**
 * The limit that is nearest its end: https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 * @returns nothing where there is none
 */
export function rateHeaders(nearest: ReturnType<Charge['nearest']>): Record<string, string> {
  if (!nearest) return {};
  const { quota, windowSeconds, left, reset } = nearest;
  const name = JSON.stringify(nameOf(nearest));
  return {
    // While each process counts for itself a quota may be less than one.
    'ratelimit-policy': `${name};q=${Math.max(1, Math.floor(quota))};w=${windowSeconds}`,
    ratelimit: `${name};r=${left};t=${reset}`,
  };
}
