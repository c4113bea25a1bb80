/**
 * Lambda answers with 6 MB at most, and escapes the body once more; a page of large documents ends early.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const PAGE_BYTES = 2_500_000;
export const bytesOf = (item: unknown): number => Buffer.byteLength(JSON.stringify(item));
