import type { Identity } from '../core/access/identity.ts';

/** Why a text opens nothing. */
export type Refusal = 'malformed' | 'other-stage' | 'unknown' | 'expired' | 'revoked' | 'disabled';

/** What is known of a text that was sent as a key. `keyId` says of which key, where one is known. */
export type Verdict = { readonly identity: Identity } | { readonly refused: Refusal; readonly keyId?: string };

/**
 * Who calls with this text.
 * @throws DependencyError where nobody can say
 */
export type LookUp = (text: string) => Promise<Verdict>;
