import type { Identity } from '../core/access/identity.ts';
import type { KnownKey } from '../ports/api-keys.ts';

/** Why a key opens nothing; to whoever sent it all of them are one. */
export type Refusal = 'malformed' | 'other-stage' | 'unknown' | 'expired' | 'revoked' | 'disabled';

/** What a text says of who calls; of one that opens nothing whose it is, where that is known. */
export type Verdict = { readonly identity: Identity } | { readonly refused: Refusal; readonly keyId?: string };

/**
 * What a key is worth now, by all that is known of it.
 * @param hash of the text by which it was found: its newest, or the one before
 * @param now milliseconds since the epoch
 */
export function verdictOn({ key, tenant }: KnownKey, hash: string, now: number): Verdict {
  const refusal = refusalOf({ key, tenant }, hash, now);
  if (refusal !== undefined) return { refused: refusal, keyId: key.id };
  const { types, sources, rate, expires } = key;
  return {
    identity: {
      tenant: key.tenant,
      key: { id: key.id, name: key.name },
      scopes: key.scopes,
      ...(types && { types }),
      ...(sources && { sources }),
      ...(rate && { rate }),
      ...(expires !== undefined && { expires }),
      ...(tenant.rate && { tenantRate: tenant.rate }),
      ...(tenant.waits !== undefined && { waits: tenant.waits }),
    },
  };
}

function refusalOf({ key, tenant }: KnownKey, hash: string, now: number): Refusal | undefined {
  if (key.revoked !== undefined) return 'revoked';
  if (hash !== key.hash) {
    if (hash !== key.before?.hash) return 'revoked';
    if (isOver(key.before.ends, now)) return 'expired';
  }
  if (key.expires !== undefined && isOver(key.expires, now)) return 'expired';
  return tenant.disabled ? 'disabled' : undefined;
}

/** A time that cannot be read is over. */
export const isOver = (end: string, now: number): boolean => !(now < Date.parse(end));
