import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../deploy/build.ts';
import { functionsOf } from '../../deploy/functions.ts';
import { catalogueOfTypes } from '../support/definitions.ts';

const root = join(import.meta.dirname, '../..');
const DEFAULTED = Object.fromEntries(
  [
    ...[
      'REDIS_CLUSTER',
      'REDIS_TIMEOUT_MS',
      'MONGODB_DATABASE',
      'MONGODB_TIMEOUT_MS',
      'SQS_ENDPOINT',
      'SQS_TIMEOUT_MS',
    ],
    ...['DEDUPLICATION_HOURS', 'RETENTION_DAYS', 'RATE_LIMIT', 'WAITS_PER_TENANT', 'WAITS_IN_ALL'],
    ...['MONGODB_URI', 'REDIS_URL'],
  ].map((name) => [name, 'set']),
);
const settings = { service: 'sluice', stage: 'dev', origins: [], environment: DEFAULTED };

/** What each entry gives to readConfig: names, and lists of names that lib/ exports. */
async function variablesRead(entry: string): Promise<string[]> {
  const text = readFileSync(join(root, 'functions', `${entry}.ts`), 'utf8');
  const lists = new Map<string, readonly string[]>();
  for (const file of ['lib/core/config.ts', ...globSync('lib/wiring/*.ts', { cwd: root })]) {
    for (const [name, value] of Object.entries(await import(join(root, file)))) {
      if (name.endsWith('Variables') && Array.isArray(value)) lists.set(name, value);
    }
  }
  return [...text.matchAll(/readConfig\((?<what>[^)]*)\)/g)].flatMap(({ groups }) => {
    const what = groups?.what ?? '';
    const names = [...what.matchAll(/'(?<name>[A-Z_]+)'/g)].map((match) => match.groups?.name ?? '');
    const spread = [...what.matchAll(/\b(?<list>\w+Variables)\b/g)].flatMap((match) => {
      const list = lists.get(match.groups?.list ?? '');
      if (!list) throw new Error(`functions/${entry}.ts: nothing exports ${match.groups?.list}`);
      return list;
    });
    return [...names, ...spread];
  });
}

describe('the environment of functions', () => {
  const functions = functionsOf(catalogueOfTypes(['order.placed']), settings);
  const deployed = Object.values(functions).map(({ handler, environment }) => ({
    entry: handler.split('/')[1] ?? '',
    given: Object.keys(environment),
  }));

  it('serves every entry there is, and only entries there are', () => {
    expect([...new Set(deployed.map(({ entry }) => entry))].toSorted()).toEqual(entriesOf(root).toSorted());
  });

  it.each(deployed)('holds exactly what $entry reads, and the stage', async ({ entry, given }) => {
    const read = await variablesRead(entry);
    expect(read.length).toBeGreaterThan(0);
    expect(given.toSorted()).toEqual([...new Set(['STAGE', ...read])].toSorted());
  });
});
