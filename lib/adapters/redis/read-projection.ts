import { kindOf, type ProjectionKind, type ProjectionValues } from '../../sdk/projection.ts';
import type { ReadReply } from '../../sdk/projection-kind-entry.ts';
import type { Reply } from './asked.ts';
import type { RedisCalls } from './client.ts';
import { unavailable } from './link.ts';

export interface ProjectionQuery<Kind extends ProjectionKind> {
  tenant: string;
  projection: string;
  kind: Kind;
  keys: readonly string[];
  limit: number | undefined;
}

/**
 * Reads from the generation believed to be current, and at the same time which ones are.
 * @returns what the kind reads as; the stored generations when they are not those believed in
 */
export async function readProjection<Kind extends ProjectionKind>(
  connection: RedisCalls,
  { tenant, projection, kind, keys, limit }: ProjectionQuery<Kind>,
  believed: string,
  current: string,
): Promise<{ value: ProjectionValues[Kind] } | { stored: string }> {
  const { generationsKey, projectionKey } = connection.keys;
  const [first, ...others] = keys.map((key) => projectionKey(tenant, projection, current, key));
  if (first === undefined) throw new Error('a projection is read by at least one key');
  const { ask, value } = kindOf(kind);
  const asked = ask([first, ...others], limit);
  // In this order: what was current after the value was read was so before, and a generation is deleted only after its time.
  const [reply, generations] = await Promise.all([
    connection.command(asked.command, asked.keys, asked.args),
    connection.command('GET', [generationsKey(tenant, projection)]),
  ]);
  const stored = typeof generations === 'string' ? generations : '0';
  return stored === believed ? { value: value(readReply(reply)) } : { stored };
}

const readReply = (reply: Reply): ReadReply => ({
  number: () => Number(reply ?? 0),
  list: () => list(reply),
  pairs: () => {
    const flat = list(reply);
    return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index] ?? '', flat[2 * index + 1] ?? '']);
  },
});

function list(reply: Reply): string[] {
  if (!Array.isArray(reply)) throw unavailable('a projection answered otherwise than with a list');
  return reply.map(String);
}
