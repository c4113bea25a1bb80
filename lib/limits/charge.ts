import type { Identity } from '../core/access/identity.ts';
import { nameOf, type Policy, policiesOf, type Quota } from '../core/access/policies.ts';
import { HttpProblem } from '../core/problem.ts';
import { withoutRedis } from '../core/without-redis.ts';
import type { Bucket, Cost, Payer, Rates, Taken } from '../ports/rates.ts';
import type { Log } from '../sdk/log.ts';

/** What one request is charged: docs/http.md section 5, Limits (protocol: rate-limit). */
export interface Charge {
  /**
   * Takes a request and its bytes, or nothing, and of so many events as many as there are. Whoever asks again hears the same: a request
   * is charged once.
   */
  take(events?: number): Promise<Allowance>;
  /** Puts back events that were not used after all, or `all` of a request that is refused for its rate alone. */
  giveBack(unused: { events: number } | 'all'): Promise<void>;
  /** Seconds until so many events more could be there. */
  secondsFor(events: number): number;
  /** The one nearest its end, once it was asked. */
  nearest(): (Policy & Pick<Bucket, 'left' | 'reset'>) | undefined;
}

/** How many of the events may go on, or why nothing may. */
export type Allowance = { readonly events: number } | { readonly refused: HttpProblem };

export interface Limits {
  /** @param identity as it called, before it acts in another tenant @param bytes of the body */
  chargeOf(identity: Identity, bytes: number): Charge;
}

export interface LimitPorts {
  rates: Rates;
  /** For as long as those do not answer. */
  inMemory: Rates;
  log: Log;
  /** Of a tenant's events, where nothing else is said of it. */
  rateLimit: Quota | undefined;
  /** Among how many processes a rate is shared out while each counts for itself. */
  environments: number;
}

/** Costs nothing. */
export const free: Charge = {
  take: async (events = 0) => ({ events }),
  giveBack: async () => undefined,
  secondsFor: () => 0,
  nearest: () => undefined,
};

/** Whoever has no rate is asked for nothing, and neither is Redis. */
export const createLimits = (ports: LimitPorts): Limits => ({
  chargeOf(identity, bytes) {
    const policies = policiesOf(identity, ports.rateLimit);
    if (policies.length === 0) return free;
    return new RequestCharge({ tenant: identity.tenant, key: identity.key.id, policies }, bytes, ports);
  },
});

class RequestCharge implements Charge {
  /** Without its events, of which the handler knows. */
  readonly #cost: Cost;
  readonly #ports: LimitPorts;
  /** Whose buckets, and who keeps them: memory once Redis was silent. */
  #payer: Payer;
  #rates: Rates;
  #asked: Promise<Allowance> | undefined;
  #buckets: Bucket[] = [];

  constructor(payer: Payer, bytes: number, ports: LimitPorts) {
    this.#payer = payer;
    this.#cost = { requests: 1, bytes, events: 0 };
    this.#ports = ports;
    this.#rates = ports.rates;
  }

  take(events = 0): Promise<Allowance> {
    this.#asked ??= this.#take({ ...this.#cost, events });
    return this.#asked;
  }

  async #take(cost: Cost): Promise<Allowance> {
    const { passed, events, buckets } = await this.#ask(cost);
    this.#buckets = [...buckets];
    return passed ? { events } : { refused: overRate(this.#said(), Math.max(...buckets.map(({ wait }) => wait))) };
  }

  async #ask(cost: Cost): Promise<Taken> {
    const { log, inMemory, environments } = this.#ports;
    const taken = await withoutRedis(log, 'rates are kept in memory', () => this.#rates.take(this.#payer, cost));
    if (taken) return taken;
    this.#rates = inMemory;
    const policies = this.#payer.policies.map((policy) => ({ ...policy, quota: policy.quota / environments }));
    this.#payer = { ...this.#payer, policies };
    return inMemory.take(this.#payer, cost);
  }

  async giveBack(what: { events: number } | 'all'): Promise<void> {
    const unused: Cost = what === 'all' ? this.#cost : { requests: 0, bytes: 0, events: what.events };
    if (!this.#payer.policies.some(({ of }) => unused[of] > 0)) return;
    this.#buckets = this.#said().map(({ of, quota, windowSeconds, ...bucket }) => ({
      // A quota may be a fraction, which no caller can spend.
      left: Math.floor(Math.min(quota, bucket.left + unused[of])),
      reset: Math.max(0, Math.ceil(bucket.reset - (unused[of] * windowSeconds) / quota)),
      wait: unused[of] > 0 ? 0 : bucket.wait,
    }));
    await withoutRedis(this.#ports.log, 'what a request did not use was not given back', () =>
      this.#rates.giveBack(this.#payer, unused),
    );
  }

  secondsFor(events: number): number {
    // Asked was for known events too: those that are over wait for their own tokens alone.
    const waits = this.#said().map(({ of, quota, windowSeconds, wait }) =>
      of === 'events' ? Math.min(wait, Math.ceil((Math.min(events, quota) * windowSeconds) / quota)) : 0,
    );
    return Math.max(1, ...waits);
  }

  nearest() {
    const [first] = this.#said().toSorted((a, b) => b.wait - a.wait || a.left / a.quota - b.left / b.quota);
    return first;
  }

  #said(): (Policy & Bucket)[] {
    return this.#payer.policies.flatMap((policy, index) => {
      const bucket = this.#buckets[index];
      return bucket ? [{ ...policy, ...bucket }] : [];
    });
  }
}

/** The one that lets it wait longest is named; what is taken by and by comes back by and by. */
function overRate(buckets: readonly (Policy & Bucket)[], seconds: number): HttpProblem {
  const over = buckets.filter(({ wait }) => wait > 0).map(nameOf);
  const retryAfter = Math.max(1, seconds);
  return new HttpProblem('rate-limited', `over the limit ${over.join(' and ')}: again in ${retryAfter} s`, {
    retryAfter,
  });
}

/** For the events of a request that were too many. */
export const overEvents = (seconds: number): HttpProblem =>
  new HttpProblem('rate-limited', 'more events than this key and its tenant may send in the time', {
    retryAfter: seconds,
  });
