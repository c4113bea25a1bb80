export type Scalar = string | number | boolean;

/** A CloudEvents 1.0 event as a handler sees it. */
export interface Event<Data = unknown> {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** When it happened, as the client said: RFC 3339. */
  readonly time: string;
  /** `time` as a Date, also where it is a leap second, of which `new Date` makes nothing. */
  readonly happenedAt: Date;
  /** When ingest received it: RFC 3339, UTC. */
  readonly recordedtime: string;
  /** `recordedtime` as a Date. */
  readonly recordedAt: Date;
  /** CloudEvents extension attributes, as sent. */
  readonly extensions: Readonly<Record<string, Scalar>>;
  readonly data: Data;
}
