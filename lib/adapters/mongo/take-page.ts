import { bytesOf, PAGE_BYTES } from './page-bytes.ts';

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
    bytes += bytesOf(item);
    if (items.length === limit || (items.length > 0 && bytes > PAGE_BYTES)) return { items, more: true };
    items.push(item);
  }
  return { items, more: false };
}
