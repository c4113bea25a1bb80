import { messageOf } from '../../core/errors.ts';
import type { MovedProjection } from '../../ports/generations.ts';
import { SluiceError } from '../../sdk/errors.ts';
import { keysIn } from './keys.ts';
import { unavailable } from './link.ts';
import { makeClient, OPEN_MS, type RedisConfig } from './make-client.ts';
import { scanKeys } from './scan-keys.ts';
import { within } from './time-limit.ts';

/** How keys of projections began before they named their stage. */
const EARLIER_PATTERN = '{*:*}:*';
const EARLIER_KEY =
  /^\{(?<tenant>[a-z0-9-]+):(?<projection>[a-z0-9.-]+)\}:(?<rest>generations|[a-z0-9-]+:(?:guard|key):.*)$/s;

/** Listing may name a key twice, and a guard may end meanwhile. */
const MOVE = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
return redis.call('RENAMENX', KEYS[1], KEYS[2])
`;

/**
 * Moves projections of the layout before, values together with their guards, to the keys of one stage, while no consumer
 * runs (protocol: moved-with-guards). A projection of which a key is there in both layouts is left as it is, and so is one
 * that has begun in a generation that is none of its live ones: events of the new layout are in it already. May be repeated.
 * @param config `space`: of the stage that they belong to from now on
 * @throws SluiceError `moved-by-rebuild` on a cluster, where no key can be renamed to another slot; DependencyError
 */
export async function moveProjections(config: RedisConfig & { space: string }): Promise<MovedProjection[]> {
  if (config.cluster)
    throw new SluiceError('moved-by-rebuild', 'on a cluster no key can be renamed to another slot: rebuild instead');
  const { generationsKey, parseProjectionKey, projectionPattern } = keysIn(config.space);
  const client = makeClient(config);
  client.on('error', () => undefined);
  const ask = async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
    try {
      return await within(asked, config.timeoutMs);
    } catch (fault) {
      throw unavailable(`projections could not be moved (${messageOf(fault)})`);
    }
  };
  const found = new Map<string, MovedProjection>();
  /** The live generations of what is moved, wherever the key is that says them. */
  const liveOf = async ({ tenant, projection }: MovedProjection): Promise<readonly string[]> => {
    const said =
      (await ask(client.get(`{${tenant}:${projection}}:generations`))) ??
      (await ask(client.get(generationsKey(tenant, projection))));
    return (said ?? '0').split(',');
  };
  const eachKey = async (work: (of: MovedProjection, from: string, to: string) => Promise<void>) => {
    for await (const keys of scanKeys(config, EARLIER_PATTERN))
      await Promise.all(
        keys.map(async (from) => {
          const { tenant, projection, rest } = EARLIER_KEY.exec(from)?.groups ?? {};
          if (!tenant || !projection || rest === undefined) return;
          const name = nameOf({ tenant, projection });
          const one = found.get(name) ?? { tenant, projection, keys: 0, left: false };
          found.set(name, one);
          await work(
            one,
            from,
            generationsKey(tenant, projection).replace(/generations$/, () => rest),
          );
        }),
      );
  };
  try {
    await within(client.connect(), OPEN_MS);
    await eachKey(async (one, _, to) => {
      if (await ask(client.exists(to))) one.left = true;
    });
    const live = new Map<string, readonly string[]>();
    for (const [name, one] of found) live.set(name, await liveOf(one));
    for await (const keys of scanKeys(config, projectionPattern()))
      for (const of of keys.flatMap((key) => parseProjectionKey(key) ?? [])) {
        const one = found.get(nameOf(of));
        if (one && !live.get(nameOf(of))?.includes(of.generation)) one.left = true;
      }
    await eachKey(async (one, from, to) => {
      if (one.left) return;
      const moved = await ask(client.eval(MOVE, 2, from, to));
      one.keys += Number(moved);
    });
  } finally {
    client.disconnect();
  }
  return [...found.values()];
}

const nameOf = ({ tenant, projection }: Pick<MovedProjection, 'tenant' | 'projection'>): string =>
  `${tenant} ${projection}`;
