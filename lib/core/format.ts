import { NewerFormatError } from './errors.ts';

/** The format of events and failures in MongoDB, `format` in each; absent: 1 (docs/decisions/0014). */
export const STORED_FORMAT = 1;

/** The format of replay jobs; the filters of the second would mean more to older code, which knows fewer members. */
export const JOB_FORMAT = 2;

/** The format of keys and tenants, in MongoDB and in copies: what newer code adds may be a bound, which older code would not keep. */
export const KEY_FORMAT = 1;

/**
 * Lets pass what this code knows, and what has no format at all: whether that may be is its schema's to say
 * (protocol: newer-comes-back).
 * @param format as it was read
 * @param known the highest that this code reads
 * @throws NewerFormatError when the format is higher
 */
export function refuseNewer(what: string, format: unknown, known: number): void {
  if (typeof format === 'number' && Number.isSafeInteger(format) && format > known)
    throw new NewerFormatError(what, format);
}

/** Whether this code knows all that may stand in what MongoDB holds; without a format it is from before there were any. */
export const isStoredByKnownCode = ({ format = 1 }: { format?: number }): boolean => format <= STORED_FORMAT;

/** As refuseNewer, of what MongoDB holds; nothing is of no format. @throws NewerFormatError */
export const refuseNewerStored = (what: string, stored: { format?: number } | null): void =>
  refuseNewer(what, stored?.format, STORED_FORMAT);
