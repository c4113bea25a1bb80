/**
 * Works on items, so many at a time, each as soon as there is room.
 * @throws what any work throws, at once; the others go on
 */
export async function inParallel<Item>(
  items: Iterable<Item>,
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const next = items[Symbol.iterator]();
  const lane = async (first: Item): Promise<void> => {
    await work(first);
    for (let one = next.next(); !one.done; one = next.next()) await work(one.value);
  };
  const lanes: Promise<void>[] = [];
  while (lanes.length < width) {
    const first = next.next();
    if (first.done) break;
    lanes.push(lane(first.value));
  }
  await Promise.all(lanes);
}
