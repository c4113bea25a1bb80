import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runKeysCommand } from '../../deploy/keys.ts';
import { parseCommand } from '../../deploy/keys-command.ts';
import { createLookUp } from '../../lib/access/look-up.ts';
import { mongoApiKeys } from '../../lib/adapters/mongo/api-keys.ts';
import { connectMongo, type MongoConnection } from '../../lib/adapters/mongo/client.ts';
import { setupDatabase } from '../../lib/adapters/mongo/set-up.ts';
import { connectRedis, type RedisConnection } from '../../lib/adapters/redis/client.ts';
import { redisKeyCopies } from '../../lib/adapters/redis/key-copies.ts';
import { scanKeys } from '../../lib/adapters/redis/scan-keys.ts';
import { keySpaceOf } from '../../lib/core/adapter-options.ts';
import { systemClock } from '../../lib/wiring/clock.ts';
import { type TestEngines, testEngines } from '../support/engines.ts';
import { silentLog } from '../support/log.ts';

const run = randomUUID().slice(0, 8);
const stage = `s${run}`;
let engines: TestEngines;
let mongo: MongoConnection;
let redis: RedisConnection;
let environment: Record<string, string>;
beforeAll(async () => {
  engines = await testEngines();
  const database = `keys-${run}`;
  mongo = connectMongo({ uri: engines.mongoUri, database, timeoutMs: 10_000 });
  await setupDatabase(mongo.db, {});
  const space = keySpaceOf('sluice', stage);
  redis = connectRedis({ url: engines.redisUrl, cluster: false, space, timeoutMs: 10_000 }, silentLog);
  environment = {
    MONGODB_URI: engines.mongoUri,
    MONGODB_DATABASE: database,
    REDIS_URL: engines.redisUrl,
    STAGE: stage,
    WITHOUT_TLS: 'mongodb,redis',
  };
});
afterAll(async () => {
  const config = { url: engines.redisUrl, cluster: false, timeoutMs: 10_000 };
  for await (const left of scanKeys(config, redis.keys.pattern))
    await Promise.all(left.map((key) => redis.command('UNLINK', [key])));
  await mongo.db.dropDatabase();
  await Promise.all([mongo.close(), redis.close()]);
  await engines.stop();
});

async function keys(args: readonly string[], given = environment) {
  const said: string[] = [];
  const answer = await runKeysCommand(parseCommand(args), given, (line) => said.push(line));
  return { ...answer, said: said.join('\n') };
}
const create = (...more: string[]) => ['create', '--name', 'shop', '--tenant', 'acme', '--scopes', 'read', ...more];
/** As an execution environment of the authorizer that begins now. */
async function opens(text: string) {
  const ports = { keys: mongoApiKeys(mongo), copies: redisKeyCopies(redis), clock: systemClock, log: silentLog };
  const verdict = await createLookUp({ ...ports, stage })(text);
  return 'identity' in verdict ? verdict.identity.tenant : verdict.refused;
}
const textIn = (output: string): string => new RegExp(`^slc_${stage}_[0-9A-Za-z]+$`, 'm').exec(output)?.[0] ?? '';

describe('npm run keys', () => {
  test('makes a key that opens something, and shows it in its answer alone', async () => {
    const { output, exitCode, said } = await keys(create());
    expect(exitCode).toBe(0);
    const text = textIn(output);
    expect(await opens(text)).toBe('acme');
    const list = await keys(['list', '--tenant', 'acme']);
    expect(list.output).toMatch(/^\S{36} +shop +acme +\w{4} +events:read failures:read catalogue:read +all +all +/m);
    for (const other of [said, list.output, JSON.stringify(await mongo.db.collection('keys').find().toArray())])
      expect(other).not.toContain(text);
    expect((await keys(['list', '--tenant', 'nobody'])).output).toBe('there are no keys');
    const told = await mongo.db.collection('audit').findOne({ action: 'key.created' });
    expect(told).toMatchObject({ tenant: 'acme', by: { key: 'none', name: 'npm run keys' } });
  });

  test('makes none that never opens anything', async () => {
    await expect(keys(create('--expires', '2026-01-01T00:00:00Z'))).rejects.toThrow('expires is past');
  });

  test('rotates and revokes it, and says when that holds everywhere', async () => {
    const made = JSON.parse((await keys(create('--json'))).output);
    const rotated = await keys(['rotate', made.id, '--overlap', '60']);
    const text = textIn(rotated.output);
    expect(await Promise.all([made.key, text].map(opens))).toEqual(['acme', 'acme']);
    expect(rotated.output).toMatch(/^The text before it opens nothing any more from \S+Z on, which counts the 60 s/m);

    const revoked = await keys(['revoke', made.id]);
    expect(revoked).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/ from \S+Z on, which counts the 60 s/),
    });
    expect(await Promise.all([made.key, text].map(opens))).toEqual(['revoked', 'revoked']);
    expect((await keys(['list'])).output).toMatch(new RegExp(`^${made.id} .* revoked \\S+Z$`, 'm'));
    await expect(keys(['rotate', made.id])).rejects.toMatchObject({ code: 'key-unknown' });
    expect(JSON.parse((await keys(['list', '--json'])).output).items[0]).toMatchObject({
      id: made.id,
      last4: text.slice(-4),
    });
  });

  test('says that a rotation is to be repeated, where Redis does not answer, and ends no text in use by it', async () => {
    const made = JSON.parse((await keys(create('--json'))).output);
    const alone = await keys(['rotate', made.id], { ...environment, REDIS_URL: 'redis://127.0.0.1:9' });
    expect(alone.exitCode).toBe(2);
    expect(alone.output).toMatch(/repeat the command until it ends with 0\.\nEach time it shows another key/);
    const again = await keys(['rotate', made.id]);
    expect(again.exitCode).toBe(0);
    expect(again.output).not.toContain('repeat');
    const verdicts = await Promise.all([made.key, textIn(alone.output), textIn(again.output)].map(opens));
    expect(verdicts).toEqual(['acme', 'revoked', 'acme']);
  });

  test('says that a revocation is to be repeated, where Redis does not answer', async () => {
    const made = JSON.parse((await keys(create('--json'))).output);
    const alone = await keys(['revoke', made.id], { ...environment, REDIS_URL: 'redis://127.0.0.1:9' });
    expect(alone).toMatchObject({
      exitCode: 2,
      output: expect.stringContaining('repeat the command until it ends with 0'),
    });
    expect(alone.said).toContain('Redis is silent');
    expect((await keys(['revoke', made.id])).exitCode).toBe(0);
  });
});
