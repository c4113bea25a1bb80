import { BoundedMap } from '../../core/bounded-map.ts';
import { chunksOf } from '../../core/chunks-of.ts';
import { ProjectionRefusedError } from '../../core/errors.ts';
import type { Projections } from '../../ports/projections.ts';
import { applyCommands, type Generations } from './apply-projection.ts';
import { script } from './asked.ts';
import type { RedisCalls } from './client.ts';
import { type EventCommands, faultIn } from './encode-commands.ts';
import { callsOf, gathered } from './gather-commands.ts';
import { unavailable } from './link.ts';
import { readProjection } from './read-projection.ts';

const CUT_GUARD_MS = 3_600_000;
/** How often generations may change under one call before it is given up: each change is a step of a rebuild, minutes apart. */
const MOST_REPEATS = 5;

/** Projections of tenants whose generations are remembered; what was forgotten costs one call that is refused. */
const MOST_BELIEVED = 10_000;

/** Guards that one script cuts. */
const CUT_AT_ONCE = 1000;

/** While a rebuild is announced no guard is cut: its replay of the records still needs them. */
const cutGuards = script(`
local stored = redis.call('GET', KEYS[1]) or '0'
if stored ~= ARGV[1] then return stored end
for place = 2, #KEYS do redis.call('PEXPIRE', KEYS[place], ARGV[2], 'LT') end
return #KEYS - 1
`);

/** A projection of a tenant: all its keys share a hash tag. */
interface Place {
  readonly tenant: string;
  readonly projection: string;
}

/**
 * Projections: commands applied once per event behind guards, to every live key generation (protocol: both-generations). What the events
 * of a batch change of one projection, asked for in one tick, goes in as few calls as fit.
 */
export function redisProjections(connection: RedisCalls): Projections {
  const { generationsKey, guardKey } = connection.keys;
  const believed = new BoundedMap<string, Generations>(MOST_BELIEVED);

  /** Calls with the generations believed in, and again with the stored ones for as long as it is refused, returning those. */
  async function withGenerations<Answer>(
    { tenant, projection }: Place,
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

  /** @returns why an event, by its place, was refused for good; undefined where it was not */
  async function applyAll(of: Place, events: readonly EventCommands[]): Promise<(place: number) => string | undefined> {
    const { refused } = await withGenerations<{ refused: ReadonlyMap<number, string> }>(of, (generations) =>
      applyCommands(connection, of, events, generations),
    );
    return (place) => refused.get(place);
  }

  const applyTogether = gathered(nameOf, callsOf<EventCommands>, applyAll);

  async function applyOne(of: Place, event: EventCommands): Promise<void> {
    const fault = faultIn(event.commands) ?? (await applyTogether(of, event));
    if (fault !== undefined) throw new ProjectionRefusedError(of.projection, fault);
  }

  const cutAll = (of: Place, eventKeys: readonly string[]) =>
    withGenerations(of, async ({ stored, live: [current = '0', ...coming] }) => {
      if (coming.length > 0) return undefined;
      const guards = eventKeys.map((eventKey) => guardKey(of.tenant, of.projection, current, eventKey));
      const keys = [generationsKey(of.tenant, of.projection), ...guards];
      const reply = await connection.run(cutGuards, keys, [stored, CUT_GUARD_MS]);
      return typeof reply === 'string' ? { stored: reply } : undefined;
    });

  return {
    async apply(tenant, eventKey, projections) {
      const ends = await Promise.allSettled(
        projections.map(({ projection, ...changes }) => applyOne({ tenant, projection }, { eventKey, ...changes })),
      );
      const faults = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
      // What may still be applied comes back; what never will must not hide that.
      const worst = faults.find((fault) => !(fault instanceof ProjectionRefusedError)) ?? faults[0];
      if (worst !== undefined) throw worst;
    },
    async cutGuards(applied) {
      const groups = Map.groupBy(applied, nameOf).values();
      await Promise.all(
        Array.from(groups).flatMap((group) => {
          const [first] = group;
          const keys = group.map(({ eventKey }) => eventKey);
          return first ? chunksOf(keys, CUT_AT_ONCE).map((some) => cutAll(first, some)) : [];
        }),
      );
    },
    async read(tenant, projection, kind, keys, limit) {
      // As a value of its own: a hash may well have a field named `stored`.
      const { value } = await withGenerations({ tenant, projection }, ({ stored, live: [current = '0'] }) =>
        readProjection(connection, { tenant, projection, kind, keys, limit }, stored, current),
      );
      return value;
    },
  };
}

const nameOf = ({ tenant, projection }: Place): string => `${tenant} ${projection}`;

const isRefusal = <Answer>(answer: Answer | { stored: string }): answer is { stored: string } =>
  typeof answer === 'object' && answer !== null && 'stored' in answer;
