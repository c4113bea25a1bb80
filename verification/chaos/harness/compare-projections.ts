import { Redis } from 'ioredis';
import { connectRedis } from '../../../lib/adapters/redis/client.ts';
import { redisGenerations } from '../../../lib/adapters/redis/generations.ts';
import { redisProjections } from '../../../lib/adapters/redis/projections.ts';
import { type Structure, structureId } from '../../../lib/projections/recompute.ts';
import { systemClock } from '../../../lib/wiring/clock.ts';
import { localSpace } from '../../../test/support/local-space.ts';
import { silentLog } from '../../../test/support/log.ts';
import { declaredProjections } from './projected.ts';

const TIMEOUT_MS = 10_000;

/**
 * Compares what Redis holds of the projections of `chaos.projected` with what it must hold, to the last member.
 * @returns one line per place that differs
 */
export async function differencesIn(redisUrl: string, expected: ReadonlyMap<string, Structure>): Promise<string[]> {
  const config = { url: redisUrl, cluster: false, space: localSpace, timeoutMs: TIMEOUT_MS };
  const connection = connectRedis(config, silentLog);
  const observer = new Redis(redisUrl);
  try {
    const projections = redisProjections(connection);
    const differences: string[] = [];
    for (const [id, structure] of expected) {
      const { tenant, projection, key, kind } = structure;
      const found = named(await projections.read(tenant, projection, kind, [key]));
      const wanted = kind === 'hyperloglog' ? await estimated(observer, structure) : wantedOf(structure);
      for (const name of new Set([...wanted.keys(), ...found.keys()])) {
        const [must, does] = [wanted.get(name) ?? 0, found.get(name) ?? 0];
        if (must !== does) differences.push(`${id} ${name}: ${does} instead of ${must}`);
      }
    }
    for (const id of await held(redisGenerations(connection, config, systemClock)))
      if (!expected.has(id)) differences.push(`${id}: of no event`);
    return differences;
  } finally {
    observer.disconnect();
    await connection.close();
  }
}

const wantedOf = ({ told }: Structure): Map<string, number> =>
  new Map([...told].map(([name, value]) => [name, Number(value)]));

/** The same members give the same estimate, in whatever order they came. */
async function estimated(redis: Redis, { told }: Structure): Promise<Map<string, number>> {
  const scratch = 'chaos-estimate';
  await redis.del(scratch);
  await redis.pfadd(scratch, ...told.keys());
  const count = await redis.pfcount(scratch);
  await redis.del(scratch);
  return new Map([['', count]]);
}

/** A structure by what is in it; numbers by name, members as 1. */
function named(value: unknown): Map<string, number> {
  if (typeof value === 'number') return new Map([['', value]]);
  if (!Array.isArray(value)) return new Map(Object.entries(value as Record<string, number>));
  return new Map(
    value.map((one: string | { member: string; score: number }) =>
      typeof one === 'string' ? [one, 1] : [one.member, one.score],
    ),
  );
}

/** Structures of the current generations. */
async function held(generations: ReturnType<typeof redisGenerations>): Promise<Set<string>> {
  const current = new Map<string, string>();
  for (const projection of Object.keys(declaredProjections))
    current.set(projection, (await generations.live('local', projection))[0] ?? '0');
  const ids = new Set<string>();
  for await (const page of generations.scan())
    for (const { tenant, projection, generation, use, name } of page)
      if (use === 'key' && current.get(projection) === generation) ids.add(structureId(tenant, projection, name));
  return ids;
}
