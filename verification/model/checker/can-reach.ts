/**
 * Which nodes of a graph can reach one of these.
 * @param goals the nodes that are to be reached
 * @param count nodes are 0 to count - 1
 * @param from where each edge begins
 * @param to where it ends
 * @returns 1 for each node that can, 0 for each that cannot
 */
export function canReach(
  goals: readonly number[],
  count: number,
  from: readonly number[],
  to: readonly number[],
): Uint8Array {
  // Edges that end in one node are a chain: `head` has the last of them, `next` the one before each.
  const head = new Int32Array(count).fill(-1);
  const next = new Int32Array(from.length);
  to.forEach((node, edge) => {
    next[edge] = head[node] ?? -1;
    head[node] = edge;
  });
  const can = new Uint8Array(count);
  const todo = [...goals];
  for (const goal of goals) can[goal] = 1;
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    for (let edge = head[node] ?? -1; edge >= 0; edge = next[edge] ?? -1) {
      const before = from[edge] ?? -1;
      if (can[before] === 1) continue;
      can[before] = 1;
      todo.push(before);
    }
  }
  return can;
}
