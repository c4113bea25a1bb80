import { randomBytes } from 'node:crypto';
import { chunksOf } from '../../core/chunks-of.ts';
import type { Clock } from '../../ports/clock.ts';
import {
  type Announcement,
  type GenerationStore,
  KEYS_AT_ONCE,
  type Overtaken,
  type ProjectionKeyName,
} from '../../ports/generations.ts';
import { kindOf, type ProjectionKind } from '../../sdk/projection.ts';
import { applyCommands, misfit } from './apply-projection.ts';
import { script } from './asked.ts';
import type { RedisConnection } from './client.ts';
import { faultIn } from './encode-commands.ts';
import type { RedisConfig } from './make-client.ts';
import { scanKeys } from './scan-keys.ts';

const DAY_MS = 86_400_000;
/** Fields and members that one script copies: some ten milliseconds. */
const ITEMS_A_SCRIPT = 20_000;
/** An announced generation that is older is not joined but replaced: its guards, of 7 days, must outlive whoever joins. */
const JOIN_MS = DAY_MS;
/** An older generation is not switched to: a guard of it may have ended. */
const LONGEST_BUILD_MS = 6 * DAY_MS;
const NAME = /^[^-]+-[^-]+-(?<kind>.+)$/;

const parts = `
local stored = redis.call('GET', KEYS[1]) or '0'
local current, coming = string.match(stored, '^([^,]*),?(.*)$')
`;

/** ARGV: the proposed generation, and one that may be replaced or ''. */
const announce = script(`${parts}
if coming ~= '' and coming ~= ARGV[2] then return { current, coming } end
redis.call('SET', KEYS[1], current .. ',' .. ARGV[1])
return { current, ARGV[1] }
`);

/** KEYS: the generations, then pairs of a key of the current and the same of the coming one. ARGV: generations believed in, and more. */
const believed = `
local stored = redis.call('GET', KEYS[1]) or '0'
if stored ~= ARGV[1] then return stored end
`;

/** ARGV: a command, the most items. @returns how many pairs are done, how many were copied, and the places of those that are too large */
const carry = script(`${believed}
${misfit}
local count = ({ hash = 'HLEN', set = 'SCARD', zset = 'ZCARD' })[types[ARGV[2]]]
local most, items, copied, large = tonumber(ARGV[3]), 0, 0, {}
for at = 2, #KEYS, 2 do
  if not misfit(ARGV[2], KEYS[at]) then
    local more = count and redis.call(count, KEYS[at]) or 1
    if more > most then large[#large + 1] = at / 2 - 1
    elseif items + more > most then return { at / 2 - 1, copied, unpack(large) }
    else
      items = items + more
      copied = copied + redis.call('COPY', KEYS[at], KEYS[at + 1])
    end
  end
end
return { (#KEYS - 1) / 2, copied, unpack(large) }
`);

/** ARGV: a command, the coming generation. Keys that are left to it are renamed, which takes no longer for a large one. */
const switchOver = script(`${believed}
${misfit}
local renamed = 0
for at = 2, #KEYS, 2 do
  local from, to = KEYS[at], KEYS[at + 1]
  if redis.call('EXISTS', from) == 1 and not misfit(ARGV[2], from) then renamed = renamed + redis.call('RENAMENX', from, to) end
end
redis.call('SET', KEYS[1], ARGV[3])
return renamed
`);

/** A key is deleted only while its generation is not live: after a loss Redis begins with generation 0 again. */
const unlink = script(`${parts}
if current == ARGV[1] or coming == ARGV[1] then return 0 end
local deleted = 0
for at = 2, #KEYS do deleted = deleted + redis.call('UNLINK', KEYS[at]) end
return deleted
`);

/**
 * Key generations as a rebuild sees them (protocol: both-generations, rebuild-begins-again). A generation's name is its
 * birth and chance, so that no name comes twice, also not after Redis has lost what it knew; and the kind that it is of.
 * @param config of the same Redis, to list its keys
 */
export function redisGenerations(
  connection: RedisConnection,
  config: RedisConfig,
  clock: Pick<Clock, 'now'>,
): GenerationStore {
  const { generationsKey, parseProjectionKey, projectionKey, projectionPattern, sameKey } = connection.keys;
  const read = async (tenant: string, projection: string): Promise<string[]> =>
    String((await connection.command('GET', [generationsKey(tenant, projection)])) ?? '0').split(',');

  /** What a refusal of our generation means. */
  const overtaken = (stored: string, { coming }: Announcement): Overtaken =>
    stored.split(',')[0] === coming ? 'switched' : 'lost';

  const storedOf = ({ current, coming }: Announcement): string => `${current},${coming}`;
  /** The generations, then pairs of a key of the current and the same of the coming one. */
  function* keysToMove({ tenant, projection, current, coming }: Announcement, keys: readonly string[]) {
    yield generationsKey(tenant, projection);
    for (const key of keys)
      for (const generation of [current, coming]) yield projectionKey(tenant, projection, generation, key);
  }

  const age = (generation: string): number => clock.now() - Number.parseInt(generation, 36);
  /** Older code said no kind. */
  const isOf = (kind: ProjectionKind, generation: string): boolean =>
    (NAME.exec(generation)?.groups?.kind ?? kind) === kind;

  return {
    announce: async (tenant, projection, kind) => {
      const proposed = `${clock.now().toString(36)}-${randomBytes(6).toString('hex')}-${kind}`;
      const propose = async (instead: string): Promise<Announcement> => {
        const reply = await connection.run(announce, [generationsKey(tenant, projection)], [proposed, instead]);
        const [current, coming] = Array.isArray(reply) ? reply.map(String) : [];
        if (current === undefined || coming === undefined) throw new Error('announcing answers with two generations');
        return { tenant, projection, current, coming };
      };
      const announced = await propose('');
      const joins = age(announced.coming) < JOIN_MS && isOf(kind, announced.coming);
      return joins ? announced : propose(announced.coming);
    },

    apply: async (to, eventKey, changes, expireAt) => {
      if (faultIn(changes.commands) !== undefined) return 'refused';
      const generations = { stored: storedOf(to), live: [to.coming] };
      const applied = await applyCommands(connection, to, [{ eventKey, ...changes }], generations, expireAt);
      if ('stored' in applied) return overtaken(applied.stored, to);
      return applied.refused.size === 0 ? 'applied' : 'refused';
    },

    carry: async (to, kind, keys) => {
      const args = [storedOf(to), kindOf(kind).command, ITEMS_A_SCRIPT];
      const reply = await connection.run(carry, [...keysToMove(to, keys)], args);
      if (!Array.isArray(reply)) return overtaken(String(reply), to);
      const [done = 0, copied = 0, ...large] = reply.map(Number);
      return { done, copied, large: large.flatMap((place) => keys[place] ?? []) };
    },

    switch: async (to, kind, keys) => {
      if (age(to.coming) > LONGEST_BUILD_MS)
        throw new Error(`generation ${to.coming} of ${to.projection} is too old to be finished`);
      const args = [storedOf(to), kindOf(kind).command, to.coming];
      const reply = await connection.run(switchOver, [...keysToMove(to, keys)], args);
      return typeof reply === 'number' ? reply : overtaken(String(reply), to);
    },

    standing: async ({ tenant, projection, current, coming }) => {
      const [now = '0'] = await read(tenant, projection);
      return now === coming || (now !== '0' && now !== current);
    },

    live: read,

    async *scan(projection) {
      for await (const keys of scanKeys(config, projectionPattern(projection))) {
        yield keys.flatMap((key) => parseProjectionKey(key) ?? []);
      }
    },

    drop: async (keys) => {
      let dropped = 0;
      for (const some of sameGeneration(keys)) {
        const [{ tenant, projection, generation } = none] = some;
        const reply = await connection.run(
          unlink,
          [generationsKey(tenant, projection), ...some.map(sameKey)],
          [generation],
        );
        dropped += Number(reply);
      }
      return dropped;
    },
  };
}

const none = { tenant: '', projection: '', generation: '' };

/** Keys that one script may delete together. */
function sameGeneration(keys: readonly ProjectionKeyName[]): ProjectionKeyName[][] {
  const groups = new Map<string, ProjectionKeyName[]>();
  for (const key of keys) {
    const name = `${key.tenant} ${key.projection} ${key.generation}`;
    const group = groups.get(name);
    if (group) group.push(key);
    else groups.set(name, [key]);
  }
  return [...groups.values()].flatMap((group) => chunksOf(group, KEYS_AT_ONCE));
}
