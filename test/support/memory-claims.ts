import { DependencyError } from '../../lib/core/errors.ts';
import type { Claim, Claims } from '../../lib/ports/claims.ts';
import type { Clock } from '../../lib/ports/clock.ts';

const CLAIM_MS = 5000;
const WINDOW_MS = 24 * 3_600_000;

export interface MemoryClaims extends Claims {
  /** What stands there now, by event key. */
  readonly standing: ReadonlyMap<string, Claim>;
  /** Calls by name. */
  readonly calls: string[];
  /** `silent`: nothing is done; `reply lost`: it is done and nobody hears of it; `error`: an error reply. */
  fault: undefined | 'silent' | 'reply lost' | 'error';
}

/** Claims (protocol: claim) in memory; expiry follows the clock. */
export function memoryClaims(clock: Clock): MemoryClaims {
  const held = new Map<string, { claim: Claim; until: number }>();
  const get = (key: string): Claim | null => {
    const found = held.get(key);
    if (found && found.until <= clock.now()) held.delete(key);
    return held.get(key)?.claim ?? null;
  };
  const put = (key: string, claim: Claim, ms: number) => held.set(key, { claim, until: clock.now() + ms });

  const on =
    <Args extends readonly unknown[], Value>(name: string, act: (...args: Args) => Value) =>
    async (...args: Args): Promise<Value> => {
      claims.calls.push(name);
      if (claims.fault === 'silent') throw new DependencyError('redis', 'silent');
      if (claims.fault === 'error') throw new Error('OOM command not allowed');
      const value = act(...args);
      if (claims.fault === 'reply lost') throw new DependencyError('redis', 'reply lost');
      return value;
    };

  const claims: MemoryClaims = {
    calls: [],
    fault: undefined,
    get standing() {
      return new Map(
        [...held.keys()].flatMap((key) => {
          const claim = get(key);
          return claim ? [[key, claim] as const] : [];
        }),
      );
    },
    claim: on('claim', (wanted) =>
      wanted.map(({ key, claim }) => {
        const standing = get(key);
        if (!standing) put(key, claim, CLAIM_MS);
        return standing;
      }),
    ),
    confirm: on('confirm', (wanted) => {
      for (const { key, claim } of wanted) {
        const standing = get(key);
        if (!standing || standing.owner === claim.owner) put(key, { ...claim, confirmed: true }, WINDOW_MS);
      }
    }),
    release: on('release', (wanted) => {
      for (const { key, owner } of wanted) if (get(key)?.owner === owner) held.delete(key);
    }),
    read: on('read', get),
  };

  return claims;
}
