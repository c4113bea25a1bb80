import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Clock } from '../../../../lib/ports/clock.ts';
import { EngineError } from '../../../../local/stack/engines/engine-error.ts';
import { type KeepOptions, keepState } from '../../../../local/stack/state/keep-state.ts';
import { type KeptEngine, kept } from '../../../../local/stack/state/kept-engine.ts';
import { eventually } from '../../../support/eventually.ts';

/** An engine that holds one text. */
function textEngine(kind: 'mongo 1' | 'redis 1' | 'sqs 1') {
  const engine = { text: '', version: 0, broken: false };
  const savable: KeptEngine = kept(kind, {
    changes: () => engine.version,
    save() {
      if (engine.broken) throw new Error('no space left');
      return [Buffer.from(engine.text)];
    },
    async restore(records) {
      for await (const record of records) engine.text = Buffer.from(record).toString();
    },
  });
  return {
    engine,
    kept: savable,
    name: 'embedded',
    put(text: string) {
      engine.text = text;
      engine.version++;
    },
  };
}

/** Who sleeps on it wakes when the test says so, and need not sleep yet then. */
function steppedClock(): Clock & { wake(): void } {
  let next = Promise.withResolvers<void>();
  return {
    now: () => Date.parse('2026-11-23T12:00:00.000Z'),
    async sleep(_, signal) {
      const sleeping = next;
      if (signal?.aborted) return;
      signal?.addEventListener('abort', () => sleeping.resolve());
      await sleeping.promise;
      if (next === sleeping) next = Promise.withResolvers();
    },
    wake: () => next.resolve(),
  };
}

async function newPath() {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, '.sluice');
}

/** One start of a stack. */
async function start(path: string, options: Partial<Pick<KeepOptions, 'mode'>> & { engines?: object } = {}) {
  const [mongo, redis, sqs] = [textEngine('mongo 1'), textEngine('redis 1'), textEngine('sqs 1')];
  const lines: string[] = [];
  const clock = steppedClock();
  const engines = {
    mongo: { uri: '', ...mongo },
    redis: { url: '', ...redis },
    sqs: { endpoint: '', queueUrlPrefix: '', tellsSenders: true, ...sqs },
    ...options.engines,
  };
  const say = (line: string) => void lines.push(line);
  const state = await keepState({ path, mode: options.mode ?? 'kept', engines, clock, say });
  return { mongo, redis, sqs, state, lines, clock };
}

const manifestOf = async (path: string) => JSON.parse(await readFile(join(path, 'state/manifest.json'), 'utf8'));
/** As a kill leaves it: the process that holds the lock is gone. */
const killed = (path: string) => writeFile(join(path, 'lock'), '99999999');

async function keptOnce(path: string) {
  const first = await start(path);
  first.mongo.put('records');
  first.sqs.put('messages');
  first.redis.put('claims');
  await first.state.end();
}

test('what was there at the end is there at the next start', async () => {
  const path = await newPath();
  const first = await start(path);
  expect(first.state).toMatchObject({ said: '.sluice/', redisIsDoubtful: false });
  first.mongo.put('records');
  first.sqs.put('messages');
  await first.state.end();
  expect(await manifestOf(path)).toMatchObject({ clean: true });
  const second = await start(path);
  expect([second.mongo.engine.text, second.sqs.engine.text, second.redis.engine.text]).toEqual([
    'records',
    'messages',
    '',
  ]);
  expect(second.state.redisIsDoubtful).toBe(false);
  expect(second.lines).toEqual([]);
  await second.state.begin();
  // It has not ended yet, and may not.
  expect(await manifestOf(path)).toMatchObject({ clean: false });
  await second.state.end();
});

test('the folder is its owner’s alone, and holds what is needed and no more', async () => {
  const path = await newPath();
  const { mongo, state, clock } = await start(path);
  await state.begin();
  for (let generation = 1; generation <= 3; generation++) {
    mongo.put(`records ${generation}`);
    clock.wake();
    await eventually(async () => expect(await manifestOf(path)).toMatchObject({ generation }));
  }
  await state.end();
  expect((await readdir(join(path, 'state'))).toSorted()).toEqual(['manifest.json', 'mongo-3', 'redis-1', 'sqs-1']);
  const modes = ['', 'state', 'state/manifest.json', 'state/mongo-3'].map(
    async (name) => (await stat(join(path, name))).mode & 0o777,
  );
  expect(await Promise.all(modes)).toEqual([0o700, 0o700, 0o600, 0o600]);
});

test('while nothing changes nothing is written', async () => {
  const path = await newPath();
  const { mongo, state, clock } = await start(path);
  await state.begin();
  mongo.put('records');
  clock.wake();
  await eventually(async () => expect(await manifestOf(path)).toMatchObject({ generation: 1 }));
  clock.wake();
  await state.end();
  // One more, because it is clean now.
  expect(await manifestOf(path)).toMatchObject({ generation: 2, files: { mongo: 'mongo-1' } });
});

test('after a kill what was saved last is there, and what Redis says is doubtful', async () => {
  const path = await newPath();
  const first = await start(path);
  await first.state.begin();
  first.mongo.put('records');
  first.clock.wake();
  await eventually(async () => expect(await manifestOf(path)).toMatchObject({ generation: 1 }));
  first.mongo.put('later records');
  await killed(path);
  const second = await start(path);
  expect(second.mongo.engine.text).toBe('records');
  expect(second.state.redisIsDoubtful).toBe(true);
  await second.state.end();
});

test('a start that ends before it serves anything leaves what was kept as it was', async () => {
  const path = await newPath();
  await keptOnce(path);
  const interrupted = await start(path);
  interrupted.mongo.put('records and seeds');
  await killed(path);
  const next = await start(path);
  expect(next.mongo.engine.text).toBe('records');
  expect(next.state.redisIsDoubtful).toBe(false);
  await next.state.begin();
  await killed(path);
  // What was doubtful is so until it has ended well, however often a start is interrupted.
  for (const _ of [1, 2]) {
    expect((await start(path)).state.redisIsDoubtful).toBe(true);
    await killed(path);
  }
});

test('what cannot be saved is said once, and what was saved before stays', async () => {
  const path = await newPath();
  await keptOnce(path);
  const { mongo, state, clock, lines } = await start(path);
  await state.begin();
  const before = await manifestOf(path);
  mongo.put('more');
  mongo.engine.broken = true;
  clock.wake();
  await eventually(() => expect(lines).toHaveLength(1));
  await state.end();
  expect(lines).toEqual([`the state cannot be saved (no space left); kept is that of ${before.savedAt}`]);
  expect(await manifestOf(path)).toEqual(before);
  expect((await start(path)).mongo.engine.text).toBe('records');
});

test('of two at once the second keeps nothing and leaves alone what the first keeps', async () => {
  const path = await newPath();
  await keptOnce(path);
  await writeFile(join(path, 'lock'), String(process.ppid));
  const { mongo, state, lines } = await start(path);
  expect(lines).toEqual([
    `another start (process ${process.ppid}) keeps its state in .sluice/: of this one nothing is kept`,
  ]);
  expect(state.said).toBe(`not kept: process ${process.ppid} has .sluice/`);
  mongo.put('other');
  await state.begin();
  await state.end();
  expect(await readFile(join(path, 'lock'), 'utf8')).toBe(String(process.ppid));
  await rm(join(path, 'lock'));
  expect((await start(path)).mongo.engine.text).toBe('records');
});

test('--fresh puts aside what was kept, and of what is aside the youngest three stay', async () => {
  const path = await newPath();
  await keptOnce(path);
  for (const day of ['20', '21', '22']) await mkdir(join(path, `state.2026-11-${day}`));
  const { mongo, lines, state } = await start(path, { mode: 'fresh' });
  expect(mongo.engine.text).toBe('');
  expect(lines).toEqual(['what was kept is put aside, as asked for: .sluice/state.2026-11-23T12-00-00.000Z']);
  await state.end();
  expect((await readdir(path)).filter((name) => name.startsWith('state.')).toSorted()).toEqual([
    'state.2026-11-21',
    'state.2026-11-22',
    'state.2026-11-23T12-00-00.000Z',
  ]);
});

test.each([
  ['it is of another version', JSON.stringify({ format: 99, what: 'ever' })],
  ['it is of another version', 'no JSON'],
])('what was kept is put aside with a line: %s', async (why, text) => {
  const path = await newPath();
  await keptOnce(path);
  await writeFile(join(path, 'state/manifest.json'), text);
  const { mongo, lines, state } = await start(path);
  expect(lines).toEqual([`what was kept is put aside, ${why}: .sluice/state.2026-11-23T12-00-00.000Z`]);
  expect(mongo.engine.text).toBe('');
  await state.end();
  expect(await readdir(join(path, 'state.2026-11-23T12-00-00.000Z'))).toContain('mongo-1');
});

const named = { redis: { url: '', name: 'redis 7.2.0 (named by REDIS_URL)' } };
const found = { redis: { url: '', name: 'redis 7.0.15 (found)', temporary: true } };

test('what was kept of other engines is put aside, too', async () => {
  const path = await newPath();
  await keptOnce(path);
  const { lines, state } = await start(path, { engines: named });
  expect(lines).toEqual([expect.stringContaining('put aside, it is of other engines')]);
  expect(state.said).toBe('.sluice/  of SQS and MongoDB; other servers keep their own');
  await state.end();
});

test('a redis-server that is found now, or no more, costs nothing but what is derived', async () => {
  const path = await newPath();
  await keptOnce(path);
  for (const engines of [found, {}, found, {}]) {
    const { mongo, sqs, redis, state, lines } = await start(path, { engines });
    expect(lines).toEqual([]);
    expect([mongo.engine.text, sqs.engine.text, redis.engine.text]).toEqual(['records', 'messages', '']);
    expect(state.redisIsDoubtful).toBe(true);
    await state.begin();
    redis.put('claims');
    await state.end();
    expect(Object.keys((await manifestOf(path)).files)).toHaveLength(engines === found ? 2 : 3);
  }
  const { redis, state } = await start(path);
  expect([redis.engine.text, state.redisIsDoubtful]).toEqual(['claims', false]);
  await state.end();
});

test('a Redis that begins anew with each start knows less than MongoDB; of one that is named that is not known', async () => {
  const path = await newPath();
  for (const engines of [found, named]) {
    const first = await start(path, { engines });
    first.mongo.put('records');
    await first.state.end();
    const second = await start(path, { engines });
    expect(second.state.redisIsDoubtful).toBe(engines === found);
    await second.state.end();
    await rm(path, { recursive: true });
  }
});

test('of a Redis that begins anew it is not said that it keeps its own', async () => {
  const mongo = { uri: '', name: 'MongoDB 8.0.0 (named by MONGODB_URI)' };
  const beside = await start(await newPath(), { engines: { ...found, mongo } });
  expect(beside.state.said).toBe(
    '.sluice/  of SQS; redis 7.0.15 (found) begins anew with each start; other servers keep their own',
  );
  await beside.state.end();
  const { state } = await start(await newPath(), { engines: found });
  expect(state.said).toBe('.sluice/  of SQS and MongoDB; redis 7.0.15 (found) begins anew with each start');
  await state.end();
});

test('where MongoDB begins anew with each start nothing is kept', async () => {
  const path = await newPath();
  const { state } = await start(path, {
    engines: { mongo: { uri: '', name: 'mongod 8.0.4 (found)', temporary: true } },
  });
  expect(state.said).toBe('not kept: mongod 8.0.4 (found) begins anew with each start');
});

test('a file that cannot be read ends the start with a line that says what to do, and nothing is lost', async () => {
  const path = await newPath();
  await keptOnce(path);
  await writeFile(join(path, 'state/redis-1'), 'damaged');
  const starting = start(path);
  await expect(starting).rejects.toThrow(EngineError);
  await expect(starting).rejects.toThrow(/^what was kept of Redis cannot be read \(.+\); npm start -- --fresh [^\n]+$/);
  expect((await readdir(path)).toSorted()).toEqual(['state']);
  expect(await manifestOf(path)).toMatchObject({ clean: true });
});

test('`none` leaves no trace; a folder that cannot be written is said, and everything runs', async () => {
  const path = await newPath();
  const without = await start(path, { mode: 'none' });
  await without.state.begin();
  await without.state.end();
  expect(without.state.said).toBe('not kept');
  await writeFile(path, 'a file');
  const { state, lines } = await start(path);
  expect(lines).toEqual([expect.stringMatching(/^nothing is kept: EEXIST/)]);
  expect(state.said).toBe('not kept: .sluice/ cannot be used');
});
