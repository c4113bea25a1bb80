import { randomBytes } from 'node:crypto';
import { applyCommands } from '../../lib/adapters/redis/apply-projection.ts';
import type { RedisConnection } from '../../lib/adapters/redis/client.ts';
import { redisGenerations } from '../../lib/adapters/redis/generations.ts';
import { redisProjections } from '../../lib/adapters/redis/projections.ts';
import type { GenerationStore } from '../../lib/ports/generations.ts';
import type { ProjectionCommands, Projections } from '../../lib/ports/projections.ts';
import type { SettledRecord } from '../../lib/ports/settled-records.ts';
import { checkProjections, type Difference } from '../../lib/projections/check.ts';
import { type RebuildPorts, type Rebuilt, rebuild } from '../../lib/projections/rebuild/rebuild.ts';
import type { Declared } from '../../lib/projections/rebuild/survey.ts';
import { systemClock } from '../../lib/wiring/clock.ts';
import type { TestEngine } from '../lib/adapters/redis/engine.ts';
import { localKeys, localSpace } from './local-space.ts';
import { silentLog } from './log.ts';
import { type MemoryRecords, memoryRecords } from './memory-records.ts';

const { generationsKey, guardKey } = localKeys;

/** The protocol, or one of the readings of it that (protocol: both-generations) refutes. */
export type Reading = 'protocol' | 'applied to the current only' | 'rebuild without guard' | 'guard cut while building';

export interface RebuildWorld {
  readonly tenant: string;
  readonly declared: Declared;
  readonly records: MemoryRecords;
  readonly ports: RebuildPorts & { projections: Projections };
  /** A settled event that counts one, and is named in a sorted set. */
  event(key: string, fields?: Partial<SettledRecord>): SettledRecord;
  /** What a consumer does after the commit, step by step. */
  apply(record: SettledRecord): Promise<void>;
  confirm(record: SettledRecord): Promise<void>;
  rebuild(ports?: Partial<RebuildPorts>): Promise<Rebuilt[]>;
  differences(): Promise<Difference[]>;
  /** Redis forgets all of this world. */
  empty(): Promise<void>;
}

export interface WorldOptions {
  reading?: Reading;
  /** Stands between the adapters and Redis. */
  connection?: RedisConnection;
  declared?: Declared;
}

export const counted: Declared = { numbers: { kind: 'counter' }, tops: { kind: 'sorted-set' } };

/** A tenant's projections on a real Redis, and records in memory. */
export function rebuildWorld(engine: TestEngine, options: WorldOptions = {}): RebuildWorld {
  const { reading = 'protocol', connection = engine.connect(), declared = counted } = options;
  const tenant = `${engine.run}-${randomBytes(5).toString('hex')}`;
  const records = memoryRecords();
  const projections = redisProjections(connection);
  const config = { url: engine.url, cluster: false, timeoutMs: connection.timeoutMs };
  const generations = redisGenerations(connection, config, systemClock);
  const ports: RebuildWorld['ports'] = {
    records,
    generations: reading === 'rebuild without guard' ? { ...generations, apply: unguarded(generations) } : generations,
    projections,
    clock: systemClock,
    log: silentLog,
  };

  const applyToCurrent = async (key: string, one: ProjectionCommands): Promise<void> => {
    const stored = String((await connection.command('GET', [generationsKey(tenant, one.projection)])) ?? '0');
    const generations = { stored, live: stored.split(',').slice(0, 1) };
    const place = { tenant, projection: one.projection };
    const applied = await applyCommands(connection, place, [{ eventKey: key, ...one }], generations);
    if ('stored' in applied) await applyToCurrent(key, one);
  };
  const endGuards = async (key: string, names: string[]): Promise<void> => {
    for (const name of names) {
      const stored = String((await connection.command('GET', [generationsKey(tenant, name)])) ?? '0');
      for (const generation of stored.split(','))
        await connection.command('DEL', [guardKey(tenant, name, generation, key)]);
    }
  };

  return {
    tenant,
    declared,
    records,
    ports,
    event: (key, fields = {}) => ({
      key,
      tenant,
      settledAt: Date.now(),
      projected: false,
      projections: [
        { projection: 'numbers', commands: [['INCRBY', 'sum', '1']] },
        { projection: 'tops', commands: [['ZINCRBY', 'top', '2', key]] },
      ],
      ...fields,
    }),
    apply: async ({ key, projections: recorded }) => {
      if (reading !== 'applied to the current only') return projections.apply(tenant, key, recorded);
      await Promise.all(recorded.map((one) => applyToCurrent(key, one)));
    },
    confirm: async ({ key, projections: recorded }) => {
      await records.markProjected([key]);
      const names = recorded.map(({ projection }) => projection);
      // Cut, and its hour over.
      if (reading === 'guard cut while building') return endGuards(key, names);
      await projections.cutGuards(names.map((projection) => ({ tenant, eventKey: key, projection })));
    },
    rebuild: (other = {}) => rebuild({ ...ports, ...other }, { declared }),
    differences: async () => {
      const options = { declared, retentionDays: 45 };
      const found = await checkProjections(ports, options);
      return found.differences.filter((one) => one.tenant === tenant);
    },
    empty: async () => {
      const keys = await engine.redis.keys(`{${localSpace}:${tenant}:*`);
      await Promise.all(keys.map((key) => engine.redis.del(key)));
    },
  };
}

/** Applies under a guard that nobody else has. */
const unguarded =
  (generations: GenerationStore): GenerationStore['apply'] =>
  (to, _, commands, expireAt) =>
    generations.apply(to, randomBytes(8).toString('hex'), commands, expireAt);
