import { describe, expect, test } from 'vitest';
import { planDatabase } from '../lib/adapters/mongo/schema.ts';
import { keysIn, type RedisKeys } from '../lib/adapters/redis/keys.ts';
import { readConfig } from '../lib/core/config.ts';
import { constantOf } from './support/constant.ts';
import { inSeconds, unitOf } from './support/figures.ts';
import { read } from './support/repository.ts';

const page = read('docs/limits.md');
const rows = [...page.matchAll(/^\| ([^|]+) \| ([^|]+) \|[^|]*\|[^|]*\| `([^`]+)` \| `([^`]+)` \|$/gm)].map(
  ([, what = '', bound = '', code = '', file = '']) => ({ what, bound, code, file }),
);
const settings: Readonly<Record<string, number>> = readConfig(
  ['RETENTION_DAYS', 'DEDUPLICATION_HOURS', 'WAITS_PER_TENANT', 'WAITS_IN_ALL'],
  {},
);

const keys = keysIn('sluice:test');
type NoKey = 'parseProjectionKey' | 'sameKey' | 'isDerived' | 'pattern' | 'projectionPattern';
const made: Readonly<Record<Exclude<keyof RedisKeys, NoKey>, string>> = {
  claimKey: keys.claimKey('event'),
  outcomeKey: keys.outcomeKey('event'),
  settledKey: keys.settledKey('event'),
  settledChannel: keys.settledChannel('event'),
  waitKey: keys.waitKey('event'),
  voidMarkKey: keys.voidMarkKey('event', 'run'),
  rateKey: keys.rateKey('tenant', 'bucket'),
  tenantSlotsKey: keys.tenantSlotsKey('tenant'),
  keySlotsKey: keys.keySlotsKey('tenant', 'id'),
  allSlotsKey: keys.allSlotsKey,
  copyKey: keys.copyKey('hash'),
  endedKey: keys.endedKey('hash'),
  disabledKey: keys.disabledKey('tenant'),
  heardKey: keys.heardKey('tenant'),
  pingKey: keys.pingKey,
  generationsKey: keys.generationsKey('tenant', 'projection'),
  guardKey: keys.guardKey('tenant', 'projection', '0', 'event'),
  projectionKey: keys.projectionKey('tenant', 'projection', '0', 'key'),
};

describe('entry 16: a bound of docs/limits.md is that of the code', () => {
  test.each(rows)('$what: $bound', ({ bound, code, file }) => {
    expect(inSeconds(bound)).toBeCloseTo((settings[code] ?? constantOf(file, code)) * unitOf(code), 9);
  });

  test('every row of a table is read', () => {
    expect(rows.length).toBeGreaterThan(35);
    const tables = page.split('\n').filter((line) => line.startsWith('|') && !/^\| what |^\|---/.test(line));
    expect(rows).toHaveLength(tables.length);
  });
});

test('entry 16: docs/limits.md has every collection of ours', () => {
  expect(
    planDatabase({})
      .map(({ name }) => name)
      .filter((name) => !page.includes(`| \`${name}\`:`)),
  ).toEqual([]);
});

test('entry 16: docs/limits.md has every kind of key in Redis', () => {
  const kindOf = (key: string) => /(guard|key|void):/.exec(key)?.[0] ?? key.slice(key.lastIndexOf(':') + 1);
  expect(
    Object.values(made)
      .map(kindOf)
      .filter((kind) => !page.includes(`…:${kind}`)),
  ).toEqual([]);
});
