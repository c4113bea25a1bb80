import { DependencyError } from '../../lib/core/errors.ts';
import type { Rates } from '../../lib/ports/rates.ts';

export interface MemoryRates extends Rates {
  /** What every bucket has left of events; of requests and bytes there is no end. */
  tokens: number;
  silent: boolean;
}

/** Rates of which a test says what is left. */
export function memoryRatesOf(tokens: number): MemoryRates {
  const rates: MemoryRates = {
    tokens,
    silent: false,
    async take({ policies }, { events }) {
      if (rates.silent) throw new DependencyError('redis', 'silent');
      const granted = Math.min(events, rates.tokens);
      rates.tokens -= granted;
      const bucket = { left: rates.tokens, reset: 10, wait: granted < events ? 7 : 0 };
      return { passed: true, events: granted, buckets: policies.map(() => bucket) };
    },
    async giveBack(_, { events }) {
      rates.tokens += events;
    },
  };
  return rates;
}
