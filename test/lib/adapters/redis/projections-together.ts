import fc from 'fast-check';
import type { RedisCalls } from '../../../../lib/adapters/redis/client.ts';
import { redisProjections } from '../../../../lib/adapters/redis/projections.ts';
import { ProjectionRefusedError } from '../../../../lib/core/errors.ts';
import type { ProjectionCommands } from '../../../../lib/ports/projections.ts';
import { localKeys } from '../../../support/local-space.ts';
import type { TestEngine } from './engine.ts';

const { generationsKey, projectionKey } = localKeys;
const GENERATIONS = ['1', '2'];
const PROJECTION = 'mixed';

export interface Changes {
  readonly key: string;
  readonly commands: ProjectionCommands['commands'];
  readonly keepSeconds?: number;
}

const keys = ['count', 'count:2', 'full', 'hash', 'top', 'seen', 'all', 'strange'] as const;
const by = fc.constantFrom('1', '-3', '4000000000000000000');
const members = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 });

type Command = ProjectionCommands['commands'][number];
const onKey = (name: string, on: readonly string[], args: fc.Arbitrary<string[]>): fc.Arbitrary<Command> =>
  fc.tuple(fc.constantFrom(...on), args).map(([key, given]): Command => [name, key, ...given]);

/** Most fit what their keys hold; some do not, or would leave 64 bits. */
const command: fc.Arbitrary<Command> = fc.oneof(
  onKey('INCRBY', ['count', 'count:2', 'full'], fc.tuple(by)),
  onKey('HINCRBY', ['hash'], fc.tuple(fc.constantFrom('x', 'y'), by)),
  onKey('ZINCRBY', ['top'], fc.tuple(fc.constantFrom('1', '2'), fc.constant('m'))),
  onKey('PFADD', ['seen', 'strange'], members),
  onKey('SADD', ['all', 'strange'], members),
);

/** A handler has a projection of one kind, whatever kind it had for other events. */
const ofOneKind = (commands: readonly Command[]): Command[] => {
  const kept = commands.find(([, key]) => key === 'strange')?.[0];
  return commands.filter(([name, key]) => key !== 'strange' || name === kept);
};

/** A batch of events, some of which were applied before. */
export const batches = (events: number): fc.Arbitrary<{ events: Changes[]; before: ReadonlySet<string> }> =>
  fc.record({
    events: fc
      .array(
        fc.record({
          commands: fc.array(command, { minLength: 1, maxLength: 4 }).map(ofOneKind),
          keepSeconds: fc.constantFrom(undefined, 50, 5000),
        }),
        { minLength: events, maxLength: events },
      )
      .map((all) =>
        all.map(({ commands, keepSeconds }, index) => ({
          ...{ key: `e${index}`, commands },
          ...(keepSeconds !== undefined && { keepSeconds }),
        })),
      ),
    before: fc.array(fc.nat(events - 1)).map((some) => new Set(some.map((index) => `e${index}`))),
  });

/** One of the two generations holds what the other does not. */
async function prepare(engine: TestEngine, tenant: string): Promise<void> {
  const [one = '', other = ''] = GENERATIONS;
  await engine.redis.set(generationsKey(tenant, PROJECTION), GENERATIONS.join());
  await engine.redis.set(projectionKey(tenant, PROJECTION, one, 'full'), '8999999999999999000');
  await engine.redis.lpush(projectionKey(tenant, PROJECTION, one, 'strange'), 'x');
  await engine.redis.set(projectionKey(tenant, PROJECTION, other, 'hash'), 'no hash');
}

/**
 * What Redis holds, and what was refused, when these events are applied for the first time but for those before.
 * @param together in one tick; otherwise one after another
 */
export async function appliedOn(
  engine: TestEngine,
  connection: RedisCalls,
  tenant: string,
  { events, before }: { events: readonly Changes[]; before: ReadonlySet<string> },
  together: boolean,
): Promise<unknown> {
  await prepare(engine, tenant);
  const projections = redisProjections(connection);
  const apply = async ({ key, ...changes }: Changes): Promise<string> => {
    try {
      await projections.apply(tenant, key, [{ projection: PROJECTION, ...changes }]);
      return 'applied';
    } catch (error) {
      if (error instanceof ProjectionRefusedError) return error.message;
      throw error;
    }
  };
  const refused: string[] = [];
  for (const event of events.filter(({ key }) => before.has(key))) refused.push(await apply(event));
  if (together) refused.push(...(await Promise.all(events.map(apply))));
  else for (const event of events) refused.push(await apply(event));
  const held = GENERATIONS.flatMap((generation) =>
    keys.map(async (name) => {
      const key = projectionKey(tenant, PROJECTION, generation, name);
      const ttl = await engine.redis.ttl(key);
      return [generation, name, await heldAt(engine, key), ttl > 60 ? 'long' : ttl > 0 ? 'short' : 'none'];
    }),
  );
  return { refused, held: await Promise.all(held) };
}

async function heldAt({ redis }: TestEngine, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'hash':
      return Object.entries(await redis.hgetall(key)).sort();
    case 'zset':
      return redis.zrange(key, 0, -1, 'WITHSCORES');
    case 'set':
      return (await redis.smembers(key)).sort();
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'string':
      return key.endsWith('seen') ? redis.pfcount(key) : redis.get(key);
    default:
      return null;
  }
}
