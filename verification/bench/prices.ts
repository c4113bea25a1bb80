/**
 * List prices of AWS in US dollars, without free tiers and discounts; data, so that another day's prices are a change of this file alone.
 * Of the region us-east-1, as the pages said it on the day of `asOf`.
 */
export const prices = {
  asOf: '2026-11-29',
  region: 'us-east-1',
  /** https://aws.amazon.com/api-gateway/pricing/: HTTP APIs, first 300 million a month, 512 KB each. */
  httpApiRequest: { dollars: 1 / 1_000_000, bytes: 512 * 1024 },
  /** https://aws.amazon.com/sqs/pricing/: from the second million a month on; each 64 KB of a payload is one. */
  sqsRequest: { standard: 0.4 / 1_000_000, fifo: 0.5 / 1_000_000, bytes: 64 * 1024 },
  /** https://aws.amazon.com/lambda/pricing/ */
  lambdaRequest: 0.2 / 1_000_000,
  /** A GB for a second, of the first tier. https://aws.amazon.com/lambda/pricing/ */
  lambdaGbSecond: { x86_64: 0.0000166667, arm64: 0.0000133334 },
  /** A GB taken in, of the class Standard. https://aws.amazon.com/cloudwatch/pricing/ */
  logsGb: 0.5,
} as const;
