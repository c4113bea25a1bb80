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

export interface Claims {
  /**
   * One `SET NX GET` per claim, all in one flush.
   * @returns per claim: null when it is now mine, else the claim that stands there
   */
  claim(claims: readonly { key: string; claim: Claim }[]): Promise<(Claim | null)[]>;
  /** If the claim is mine or absent it is now confirmed for the deduplication window; if another's, it is left. */
  confirm(claims: readonly { key: string; claim: Claim }[]): Promise<void>;
  /** Compare-and-delete by owner. */
  release(claims: readonly { key: string; owner: string }[]): Promise<void>;
  read(key: string): Promise<Claim | null>;
}
