import type { StoredMessage } from './fauxqs.ts';

/** What SQS says of a message, and fauxqs has no field for. */
export interface Beside {
  /** X-Ray's header, the one system attribute that a sender may set. */
  trace?: string;
  /** ARN of the queue that gave the message up. */
  from?: string;
  /** SenderId; absent: the account. */
  sender?: string;
}

const known = new WeakMap<StoredMessage, Beside>();

export const besideOf = (message: StoredMessage): Beside => known.get(message) ?? {};

export const putBeside = (message: StoredMessage, more: Beside): void =>
  void known.set(message, { ...besideOf(message), ...more });
