import { SluiceError } from './errors.ts';

/** Anything that JSON can carry; `undefined` means no result. */
export type Result = unknown;

/** UTF-16 code units. */
export const LONGEST_REASON = 1000;

/** The business said no: a result, not a failure. Nothing that the handler wrote stays. */
export class Rejected {
  declare readonly reason: string;
  /** None but those that were made here, with a reason that may be told. */
  readonly #made = true;

  /** @throws SluiceError `invalid-rejection` */
  constructor(reason: string) {
    if (typeof reason !== 'string' || reason.length === 0 || reason.length > LONGEST_REASON || /\p{Cc}/u.test(reason))
      throw new SluiceError(
        'invalid-rejection',
        `rejected() needs a reason: a text of 1 to ${LONGEST_REASON} characters without control characters`,
      );
    Object.defineProperty(this, 'reason', { value: reason.toWellFormed(), enumerable: true });
  }

  /** Tells them from whatever else a handler may return or throw. */
  static is(value: unknown): value is Rejected {
    return typeof value === 'object' && value !== null && #made in value && value.#made;
  }
}

/**
 * What a handler returns to refuse an event for a reason of the business; thrown it counts as returned.
 * @param reason a short stable text for the client, e.g. `out-of-stock`: 1 to 1,000 characters, no control characters
 * @throws SluiceError `invalid-rejection`
 */
export const rejected = (reason: string): Rejected => new Rejected(reason);
