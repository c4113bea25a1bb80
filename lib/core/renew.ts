/**
 * Reads an address again whose credentials were refused.
 * @param refused the address
 * @param check throws for an address that the driver does not take: then the one before stays
 * @returns another address; undefined where there is none yet. Never rejects
 */
export type Renew = (refused: string, check?: (address: string) => void) => Promise<string | undefined>;

/** What a configuration has beside its variables, where these named secrets: how each address is read again. */
export interface Renewing {
  readonly renew?: Readonly<Partial<Record<'MONGODB_URI' | 'REDIS_URL', Renew>>>;
}
