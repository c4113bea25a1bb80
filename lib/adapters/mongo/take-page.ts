/**
 * Lambda answers with 6 MB at most, and escapes the body once more; a page of large events ends early.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const PAGE_BYTES = 2_500_000;

/**
 * @param found the documents of a list, one more than its limit at most
 * @returns those of one page, at least one, and whether there are more
 */
export async function takePage<Doc>(
  found: AsyncIterable<Doc>,
  limit: number,
): Promise<{ items: Doc[]; more: boolean }> {
  const items: Doc[] = [];
  let bytes = 0;
  for await (const item of found) {
    bytes += Buffer.byteLength(JSON.stringify(item));
    if (items.length === limit || (items.length > 0 && bytes > PAGE_BYTES)) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}
