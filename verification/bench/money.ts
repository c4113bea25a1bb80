import { type Part, usdOf } from '../../deploy/cost/cost.ts';

/** What was used for so many events. */
export interface Usage {
  events: number;
  /** Each smaller than what counts as one. */
  httpRequests: number;
  sqsRequests: number;
  invocations: number;
  gbSeconds: number;
  logBytes: number;
}

const dollars = (price: Part['price'], count: number): number => usdOf({ what: price, count, price });

/** List prices of AWS for a million such events, on Arm and standard queues. @throws Error for no events */
export function dollarsOfAMillion(usage: Usage): number {
  if (usage.events === 0) throw new Error('what no event costs has no price');
  const all =
    dollars('apiRequest', usage.httpRequests) +
    dollars('queueRequest', usage.sqsRequests) +
    dollars('invocation', usage.invocations) +
    dollars('gigabyteSecond', usage.gbSeconds) +
    dollars('logByte', usage.logBytes);
  return (all / usage.events) * 1_000_000;
}
