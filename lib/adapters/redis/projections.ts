import { ProjectionRefusedError } from '../../core/errors.ts';
import type { ProjectionCommands, Projections } from '../../ports/projections.ts';
import { applyCommands, type Generations } from './apply-projection.ts';
import { type RedisConnection, script } from './client.ts';
import { unavailable } from './link.ts';
import { readProjection } from './read-projection.ts';

const CUT_GUARD_MS = 3_600_000;
/** How often generations may change under one call before it is given up: each change is a step of a rebuild, minutes apart. */
const MOST_REPEATS = 5;

/** While a rebuild is announced no guard is cut: its replay of the records still needs them. */
const cutGuard = script(`
local stored = redis.call('GET', KEYS[1]) or '0'
if stored ~= ARGV[1] then return stored end
return redis.call('PEXPIRE', KEYS[2], ARGV[2], 'LT')
`);

/**
 * Projections: commands applied once per event behind guards, to every live key generation
 * (protocol: both-generations).
 */
export function redisProjections(connection: RedisConnection): Projections {
  const { generationsKey, guardKey } = connection.keys;
  const believed = new Map<string, Generations>();

  /** Calls with the generations believed in, and again with the stored ones for as long as it is refused, returning those. */
  async function withGenerations<Answer>(
    tenant: string,
    projection: string,
    call: (generations: Generations) => Promise<Answer | { stored: string }>,
  ): Promise<Answer> {
    const key = generationsKey(tenant, projection);
    for (let run = 0; run <= MOST_REPEATS; run++) {
      const answer = await call(believed.get(key) ?? { stored: '0', live: ['0'] });
      if (!isRefusal(answer)) return answer;
      believed.set(key, { stored: answer.stored, live: answer.stored.split(',') });
    }
    throw unavailable(`the generations of ${projection} do not hold still`);
  }

  async function applyOne(tenant: string, eventKey: string, one: ProjectionCommands): Promise<void> {
    const applied = await withGenerations<'applied' | { refused: string }>(tenant, one.projection, (generations) =>
      applyCommands(connection, tenant, eventKey, one, generations),
    );
    if (applied !== 'applied') throw new ProjectionRefusedError(one.projection, applied.refused);
  }

  const cutOne = (tenant: string, eventKey: string, projection: string) =>
    withGenerations(tenant, projection, async ({ stored, live: [current = '0', ...coming] }) => {
      if (coming.length > 0) return undefined;
      const keys = [generationsKey(tenant, projection), guardKey(tenant, projection, current, eventKey)];
      const reply = await connection.run(cutGuard, keys, [stored, CUT_GUARD_MS]);
      return typeof reply === 'string' ? { stored: reply } : undefined;
    });

  return {
    async apply(tenant, eventKey, projections) {
      const ends = await Promise.allSettled(projections.map((one) => applyOne(tenant, eventKey, one)));
      const faults = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
      // What may still be applied comes back; what never will must not hide that.
      const worst = faults.find((fault) => !(fault instanceof ProjectionRefusedError)) ?? faults[0];
      if (worst !== undefined) throw worst;
    },
    async cutGuards(applied) {
      await Promise.all(applied.map(({ tenant, eventKey, projection }) => cutOne(tenant, eventKey, projection)));
    },
    async read(tenant, projection, kind, keys, limit) {
      // As a value of its own: a hash may well have a field named `stored`.
      const { value } = await withGenerations(tenant, projection, ({ stored, live: [current = '0'] }) =>
        readProjection(connection, { tenant, projection, kind, keys, limit }, stored, current),
      );
      return value;
    },
  };
}

const isRefusal = <Answer>(answer: Answer | { stored: string }): answer is { stored: string } =>
  typeof answer === 'object' && answer !== null && 'stored' in answer;
