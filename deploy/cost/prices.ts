/** A list price of AWS, in dollars, for so many of what is counted. */
export interface Price {
  usd: number;
  per: number;
  of: string;
  /** Of AWS, where it stands; what is written here is of `PRICES_OF`. */
  page: string;
}

/** Of which list these are: the region, and the month for which others quoted it. Nobody asks AWS when a page is written. */
export const PRICES_OF = { region: 'us-east-1', month: '2026-06' } as const;

const MILLION = 1_000_000;
const [lambda, sqs] = ['https://aws.amazon.com/lambda/pricing/', 'https://aws.amazon.com/sqs/pricing/'];
const cloudWatch = 'https://aws.amazon.com/cloudwatch/pricing/';

/** Without free tiers and discounts; the first step of each. */
export const PRICES = {
  apiRequest: {
    usd: 1,
    per: MILLION,
    of: 'requests of an HTTP API',
    page: 'https://aws.amazon.com/api-gateway/pricing/',
  },
  invocation: { usd: 0.2, per: MILLION, of: 'invocations of Lambda', page: lambda },
  gigabyteSecond: { usd: 13.3334, per: MILLION, of: 'GB-seconds of Lambda on arm64', page: lambda },
  queueRequest: { usd: 0.4, per: MILLION, of: 'requests to a standard queue', page: sqs },
  fairRequest: { usd: 0.1, per: MILLION, of: 'of them with a message group (fair queues), more', page: sqs },
  fifoRequest: { usd: 0.5, per: MILLION, of: 'requests to a FIFO queue', page: sqs },
  logByte: { usd: 0.5, per: 1_000_000_000, of: 'bytes of log', page: cloudWatch },
  alarmMetric: { usd: 0.1, per: 1, of: 'metric of an alarm, each month', page: cloudWatch },
  dashboard: { usd: 3, per: 1, of: 'dashboard, each month', page: cloudWatch },
  metric: { usd: 0.3, per: 1, of: 'metric of ours, each month', page: cloudWatch },
} as const satisfies Record<string, Price>;
