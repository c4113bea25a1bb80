/** What is known of an event before MongoDB knows it (protocol: claim). */
export interface Claim {
  /** 22 characters, random per request and event. */
  owner: string;
  confirmed: boolean;
  fingerprint: string;
  type: string;
  subject?: string;
  time: string;
  recordedtime: string;
}

/** The bucket of a tenant: so many tokens a window, and at most so many at once. */
export interface Rate {
  tenant: string;
  quota: number;
  windowSeconds: number;
}

export interface RateVerdict {
  /** How many of the tokens asked for were granted. */
  granted: number;
  remaining: number;
  /** Seconds until the tokens that were refused could be granted; 0 when none was. */
  retryAfter: number;
  /** Seconds until the bucket is full again. */
  reset: number;
}

export interface Claims {
  /**
   * One `SET NX GET` per claim and, when `rate` is given, one token a claim from the tenant's bucket, all in one flush.
   * @returns per claim: null when it is now mine, else the claim that stands there
   */
  claim(
    claims: readonly { key: string; claim: Claim }[],
    rate?: Rate,
  ): Promise<{ found: (Claim | null)[]; rate?: RateVerdict }>;
  /** If the claim is mine or absent it is now confirmed for the deduplication window; if another's, it is left. */
  confirm(claims: readonly { key: string; claim: Claim }[]): Promise<void>;
  /** Compare-and-delete by owner. */
  release(claims: readonly { key: string; owner: string }[]): Promise<void>;
  /** Puts tokens back that were granted and not used; at most until the bucket is full. */
  giveBack(rate: Rate, tokens: number): Promise<void>;
  read(key: string): Promise<Claim | null>;
}
