/** What one engine saves, as another one reads it. */
export async function* carried(records: Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for (const record of records) yield record;
}
