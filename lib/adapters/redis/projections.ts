import { ProjectionRefusedError } from '../../core/errors.ts';
import type { Projections } from '../../ports/projections.ts';
import { type Applied, applyCommands, type Generations } from './apply-projection.ts';
import { applyTogether } from './apply-together.ts';
import { type RedisConnection, script } from './client.ts';
import { unavailable } from './link.ts';
import { readProjection } from './read-projection.ts';

const CUT_GUARD_MS = 3_600_000;
/** Guards that one call cuts. */
const CUT_AT_ONCE = 3000;
/** How often generations may change under one call before it is given up: each change is a step of a rebuild, minutes apart. */
const MOST_REPEATS = 5;

/** While a rebuild is announced no guard is cut: its replay of the records still needs them. */
const cutGuards = script(`
local stored = redis.call('GET', KEYS[1]) or '0'
if stored ~= ARGV[1] then return stored end
for index = 2, #KEYS do redis.call('PEXPIRE', KEYS[index], ARGV[2], 'LT') end
return 1
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

  const applyOne = applyTogether((applying) =>
    withGenerations<Applied[]>(applying.tenant, applying.projection, (generations) =>
      applyCommands(connection, applying, generations),
    ),
  );

  /** Guards of one projection of one tenant. */
  async function cutAll(guards: Parameters<Projections['cutGuards']>[0]): Promise<void> {
    const [first] = guards;
    if (!first) return;
    const eventKeys = guards.map(({ eventKey }) => eventKey);
    for (let from = 0; from < eventKeys.length; from += CUT_AT_ONCE)
      await cutSome(first.tenant, first.projection, eventKeys.slice(from, from + CUT_AT_ONCE));
  }

  const cutSome = (tenant: string, projection: string, eventKeys: readonly string[]) =>
    withGenerations(tenant, projection, async ({ stored, live: [current = '0', ...coming] }) => {
      if (coming.length > 0) return undefined;
      const guards = eventKeys.map((eventKey) => guardKey(tenant, projection, current, eventKey));
      const reply = await connection.run(
        cutGuards,
        [generationsKey(tenant, projection), ...guards],
        [stored, CUT_GUARD_MS],
      );
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
      const groups = Map.groupBy(applied, ({ tenant, projection }) => JSON.stringify([tenant, projection]));
      await Promise.all([...groups.values()].map(cutAll));
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
