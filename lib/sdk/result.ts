/** Anything that JSON can carry; `undefined` means no result. */
export type Result = unknown;

/** The business said no: a result, not a failure. Nothing that the handler wrote stays. */
export class Rejected {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * What a handler returns to refuse an event for a reason of the business.
 * @param reason a short stable text for the client, e.g. `out-of-stock`
 */
export const rejected = (reason: string): Rejected => new Rejected(reason);
