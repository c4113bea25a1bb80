import { prices } from './prices.ts';

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

const GB = 1024 ** 3;

/** List prices of AWS for a million such events, on Arm and standard queues. @throws Error for no events */
export function dollarsOfAMillion(usage: Usage): number {
  if (usage.events === 0) throw new Error('what no event costs has no price');
  const dollars =
    usage.httpRequests * prices.httpApiRequest.dollars +
    usage.sqsRequests * prices.sqsRequest.standard +
    usage.invocations * prices.lambdaRequest +
    usage.gbSeconds * prices.lambdaGbSecond.arm64 +
    (usage.logBytes / GB) * prices.logsGb;
  return (dollars / usage.events) * 1_000_000;
}
