import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { follow } from '../../../../client/follow.ts';
import type { StoredEvent } from '../../../../client/types.ts';
import { connectMongo } from '../../../../lib/adapters/mongo/client.ts';
import { counting } from '../../../../lib/adapters/mongo/failure-groups.ts';
import { mongoOpenFailures } from '../../../../lib/adapters/mongo/open-failures.ts';
import { mongoEventQueries, mongoFailureQueries } from '../../../../lib/adapters/mongo/queries.ts';
import { dropDatabase, setupDatabase } from '../../../../lib/adapters/mongo/set-up.ts';
import { OPEN_STATES } from '../../../../lib/core/failure.ts';
import type { SettledFilter } from '../../../../lib/ports/event-queries.ts';
import type { FailureFilter } from '../../../../lib/ports/failure-queries.ts';
import type { FailureRecord } from '../../../../lib/ports/failures.ts';
import type { ListFilter, Page } from '../../../../lib/ports/page.ts';
import type { EventRecord } from '../../../../lib/ports/records.ts';
import { testEngines } from '../../../support/engines.ts';

const engines = await testEngines();
const connection = connectMongo({
  uri: engines.mongoUri,
  database: `test-${randomUUID().slice(0, 8)}`,
  timeoutMs: 60_000,
});
afterAll(async () => {
  await connection.db.dropDatabase();
  await connection.close();
  await engines.stop();
});

/** What the client needs beside what it looks at. */
const stored: Omit<StoredEvent, 'source' | 'id'> = {
  ...{ type: 't', time: '', recordedtime: '', status: 'succeeded', attempts: [], links: { self: '' } },
};

/** 43 characters, as keys are; sorts as its number does. */
const keyOf = (index: number) => `key-${String(index).padStart(39, '0')}`;
const at = (index: number) => new Date(Date.UTC(2026, 0, 1) + Math.floor(index / 3) * 1000).toISOString();

const record = (index: number, fields: Partial<EventRecord> = {}): EventRecord => ({
  _id: keyOf(index),
  tenant: 'mine',
  source: '/s',
  id: String(index),
  type: index % 2 ? 'odd.one' : 'even.one',
  time: at(index),
  recordedtime: at(index),
  extensions: '{}',
  data: '{"big":"data"}',
  result: '"result"',
  fingerprint: 'f',
  state: (['succeeded', 'failed', 'retrying', 'failing'] as const)[index % 4] ?? 'succeeded',
  replay: 0,
  attempts: [],
  ...fields,
});
const failure = (index: number): FailureRecord => ({
  _id: keyOf(index),
  tenant: index % 5 ? 'mine' : 'theirs',
  eventKey: 'k',
  type: 'odd.one',
  cause: index % 2 ? 'permanent' : 'crashed',
  code: 'c',
  message: 'm',
  group: 'g',
  event: '{"id":"1"}',
  data: '{"big":"data"}',
  fingerprint: 'f',
  replay: 0,
  attempts: [],
  recordedtime: at(index),
  state: index % 3 ? 'open' : 'discarded',
});

beforeAll(async () => {
  await setupDatabase(connection.db, {});
  await connection.events.insertMany([
    ...Array.from({ length: 100 }, (_, index) => record(index)),
    ...Array.from({ length: 10 }, (_, index) => record(1000 + index, { tenant: 'theirs' })),
  ]);
  await connection.failures.insertMany(Array.from({ length: 30 }, (_, index) => failure(index)));
});

const { get, list, listSettled } = mongoEventQueries(connection);
const { getFailure, listFailures, groupFailures } = mongoFailureQueries(connection);

const START = Date.UTC(2026, 5, 1);

async function every<Item>(read: (filter: ListFilter) => Promise<Page<Item>>, limit: number): Promise<Item[]> {
  const all: Item[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await read({ limit, ...(cursor !== undefined && { cursor }) });
    all.push(...page.items);
    if (page.next === null) return all;
    cursor = page.next;
  }
}

describe('events', () => {
  test('P8: a key of another tenant is not there', async () => {
    expect(await get({ tenant: 'mine' }, keyOf(1))).toMatchObject({ id: '1' });
    expect(await get({ tenant: 'theirs' }, keyOf(1))).toBeNull();
  });

  test.each([1, 7, 50, 99, 100, 200])(
    'pages of %i give each event once, newest first, equal times by key',
    async (limit) => {
      const all = await every((filter) => list({ tenant: 'mine' }, filter), limit);
      expect(all.map(({ id }) => Number(id))).toEqual(Array.from({ length: 100 }, (_, index) => 99 - index));
    },
  );

  test('a page that is full and the last one has no cursor', async () => {
    expect(await list({ tenant: 'mine' }, { limit: 100 })).toMatchObject({ next: null });
  });

  test('lists carry neither data nor result', async () => {
    const { items } = await list({ tenant: 'mine' }, { limit: 3 });
    for (const item of items) expect(Object.keys(item)).not.toEqual(expect.arrayContaining(['data', 'result']));
    expect(items.every((item) => !('data' in item) && !('result' in item))).toBe(true);
  });

  test.each([
    ['type', { type: 'odd.one' }, (one: EventRecord) => one.type === 'odd.one', 50],
    ['status', { status: 'succeeded' as const }, (one: EventRecord) => one.state === 'succeeded', 25],
    [
      'retrying, which events about to fail are too',
      { status: 'retrying' as const },
      (one: EventRecord) => ['retrying', 'failing'].includes(one.state),
      50,
    ],
    [
      'type and status',
      { type: 'odd.one', status: 'failed' as const },
      (one: EventRecord) => one.type === 'odd.one' && one.state === 'failed',
      25,
    ],
    ['since, inclusive', { since: at(30) }, (one: EventRecord) => one.recordedtime >= at(30), 70],
    ['until, exclusive', { until: at(30) }, (one: EventRecord) => one.recordedtime < at(30), 30],
    [
      'since and until',
      { since: at(30), until: at(60) },
      (one: EventRecord) => one.recordedtime >= at(30) && one.recordedtime < at(60),
      30,
    ],
  ])('filter by %s, over pages too', async (_, filter, fits, count) => {
    const all = await every((page) => list({ tenant: 'mine' }, { ...page, ...filter }), 8);
    expect(all).toHaveLength(count);
    expect(all.every(fits)).toBe(true);
  });

  test('a page of large events ends early, and goes on where it ended', async () => {
    const large = JSON.stringify({ ext: 'x'.repeat(900_000) });
    await connection.events.insertMany(
      Array.from({ length: 9 }, (_, index) => record(2000 + index, { tenant: 'large', extensions: large })),
    );
    const page = await list({ tenant: 'large' }, { limit: 50 });
    expect(page.items.length).toBeGreaterThan(0);
    expect(Buffer.byteLength(JSON.stringify(JSON.stringify(page)))).toBeLessThan(6_000_000);
    const all = await every((filter) => list({ tenant: 'large' }, filter), 50);
    expect(all.map(({ id }) => Number(id))).toEqual(Array.from({ length: 9 }, (_, index) => 2008 - index));
  });

  test.each(['x', 'bm9uc2Vuc2U', Buffer.from('2026-01-01T00:00:00.000Z short').toString('base64url')])(
    'cursor %j did not come from a list',
    async (cursor) => {
      await expect(list({ tenant: 'mine' }, { limit: 5, cursor })).rejects.toMatchObject({ code: 'invalid-cursor' });
    },
  );
});

describe('failures', () => {
  test('P8: of this tenant alone', async () => {
    expect(await getFailure({ tenants: ['mine'] }, keyOf(1))).toMatchObject({
      cause: 'permanent',
      data: '{"big":"data"}',
    });
    expect(await getFailure({ tenants: ['mine'] }, keyOf(5))).toBeNull();
    expect(await every((filter) => listFailures({ tenants: ['mine'] }, filter), 4)).toHaveLength(24);
  });

  test('what belongs to nobody is seen by whom it is given to, in order with the rest', async () => {
    const { event, data, ...rest } = failure(500);
    await connection.failures.insertOne({ ...rest, tenant: null, event: null, body: 'garbage', cause: 'undecodable' });
    expect(await getFailure({ tenants: ['mine'] }, keyOf(500))).toBeNull();
    expect(await getFailure({ tenants: ['mine', null] }, keyOf(500))).toMatchObject({
      cause: 'undecodable',
      event: null,
    });
    const all = await every((filter) => listFailures({ tenants: ['mine', null] }, filter), 4);
    expect(all).toHaveLength(25);
    expect(all.map(({ recordedtime }) => recordedtime)).toEqual(
      all
        .map(({ recordedtime }) => recordedtime)
        .toSorted()
        .reverse(),
    );
  });

  test('by cause and state; lists leave data out and keep the event', async () => {
    const found = await every(
      (filter) => listFailures({ tenants: ['mine'] }, { ...filter, cause: 'permanent', status: ['open'] }),
      3,
    );
    expect(found.length).toBeGreaterThan(0);
    expect(
      found.every((one) => one.cause === 'permanent' && one.state === 'open' && one.event !== null && !('data' in one)),
    ).toBe(true);
  });
});

describe('entry 25: events that are followed (protocol: followed-without-a-gap)', () => {
  let made = 0;
  const settle = (tenant: string, settledAt: number, fields: Partial<EventRecord> = {}) => {
    const index = 10_000 + made++;
    const state = 'succeeded' as const;
    return connection.events.insertOne(record(index, { tenant, state, settledAt: new Date(settledAt), ...fields }));
  };

  test('late commits, stamped by clocks that are 20 s apart, are none missed and none twice', async () => {
    let now = START;
    const expected = new Set<string>();
    const got: string[] = [];
    const over = new Error('the test is over');
    /** Every second one settles, stamped 10 s early or late, and up to 30 s before it can be seen. */
    const second = async () => {
      now += 1000;
      const [clock, late] = [made % 2 ? 10_000 : -10_000, (made % 4) * 10_000];
      const { insertedId } = await settle('followed', now + clock - late);
      expected.add(String(Number(insertedId.slice(4))));
    };
    const events = follow(
      async (query) => {
        const cursor = query.get('cursor');
        const limit = Number(query.get('limit'));
        const page = await listSettled({ tenant: 'followed' }, { limit, ...(cursor !== null && { cursor }) }, now);
        const items = page.items.map(({ source, id, settledAt }) => ({
          source,
          id,
          settledtime: `${settledAt?.toJSON()}`,
        }));
        return { items: items.map((item) => ({ ...stored, ...item })), next: page.next };
      },
      {},
      async () => {
        if (expected.size >= 150) throw over;
        for (let passed = 0; passed < 7; passed++) await second();
      },
    );
    const all = async () => {
      for await (const { id } of events) got.push(id);
    };
    await expect(all()).rejects.toBe(over);
    expect(new Set(got)).toEqual(expected);
    expect(got).toHaveLength(expected.size);
  });

  test('page by page, the oldest first, what is final alone; the way on is there for ever, and a minute behind', async () => {
    for (let index = 0; index < 10; index++) await settle('paged', START + Math.floor(index / 4) * 1000);
    await settle('paged', START, { state: 'retrying' });
    const times: number[] = [];
    let cursor: string | undefined;
    const look = async (now: number, filter: Partial<SettledFilter> = {}) => {
      const page = await listSettled({ tenant: 'paged' }, { limit: 3, ...(cursor && { cursor }), ...filter }, now);
      cursor = page.next;
      return page.items;
    };
    const late = START + 3_600_000;
    const since = new Date(START).toISOString();
    for (const items of [await look(late, { since }), await look(late), await look(late), await look(late)])
      times.push(...items.map(({ settledAt }) => (settledAt?.getTime() ?? 0) - START));
    expect(times).toEqual([0, 0, 0, 0, 1000, 1000, 1000, 1000, 2000, 2000]);
    expect(await look(late)).toEqual([]);
    await settle('paged', late - 59_000, { state: 'failed' });
    for (let looks = 0; looks < 3; looks++) expect(await look(late)).toHaveLength(1);
    expect(await look(late, { status: 'rejected' })).toEqual([]);
    expect(await look(late, { since: new Date(late).toISOString() })).toEqual([]);
    expect(await look(late + 120_000)).toHaveLength(1);
    expect(await look(late + 120_000)).toEqual([]);
  });

  test('entry 42: a cursor of another list is refused', async () => {
    const { next } = await list({ tenant: 'mine' }, { limit: 1 });
    for (const cursor of [next ?? '', 'x', ''.padEnd(40, 'A')])
      await expect(listSettled({ tenant: 'mine' }, { limit: 1, cursor }, START)).rejects.toMatchObject({
        code: 'invalid-cursor',
      });
    const settled = await listSettled({ tenant: 'mine' }, { limit: 1 }, START);
    await expect(list({ tenant: 'mine' }, { limit: 1, cursor: settled.next })).rejects.toMatchObject({
      code: 'invalid-cursor',
    });
  });
});

describe('the database', () => {
  test('set-up twice changes nothing, and every index of ours begins with the tenant, expires documents or counts open failures', async () => {
    const again = await setupDatabase(connection.db, {});
    expect(again.every(({ created }) => !created)).toBe(true);
    for (const name of ['events', 'failures']) {
      const indexes = await connection.db.collection(name).indexes();
      const keys = indexes.filter((index) => index.name !== '_id_').map((index) => Object.keys(index.key)[0]);
      expect(new Set(keys)).toEqual(new Set(['tenant', 'expireAt', ...(name === 'failures' ? ['state'] : [])]));
    }
  });

  test('lists are served by an index, without sorting', async () => {
    const plan = JSON.stringify(
      await connection.events
        .find({ tenant: 'mine', type: 'odd.one' })
        .sort({ recordedtime: -1, _id: -1 })
        .limit(5)
        .explain(),
    );
    expect(plan).toContain('IXSCAN');
    expect(plan).not.toContain('COLLSCAN');
  });

  test('a document that is no record is refused by the validator', async () => {
    await expect(connection.db.collection('events').insertOne({ tenant: 'mine' })).rejects.toMatchObject({ code: 121 });
  });

  test('drop removes what set-up made and nothing else', async () => {
    await connection.db.collection('somebody-elses').insertOne({});
    await dropDatabase(connection.db, {});
    const left = (await connection.db.listCollections().toArray()).map(({ name }) => name);
    expect(left).toEqual(['somebody-elses']);
  });
});

describe('groups of failures', () => {
  const grouped = (index: number, fields: Partial<FailureRecord>): FailureRecord => ({
    ...failure(index),
    _id: keyOf(1000 + index),
    tenant: 'grouped',
    ...fields,
  });
  beforeAll(async () => {
    await connection.failures.insertMany([
      grouped(1, { group: 'small', cause: 'crashed', source: '/s' }),
      ...[3, 6, 9, 12].map((index) => grouped(index, { group: 'large', cause: 'permanent', state: 'open' })),
      grouped(15, { group: 'large', cause: 'permanent', type: 'even.one', state: 'discarded' }),
      grouped(18, { group: 'large', tenant: 'another' }),
    ]);
  });
  const groups = async (filter: Partial<FailureFilter> = {}) =>
    (await groupFailures({ tenants: ['grouped'] }, { limit: 9, ...filter })).items;

  test('entry 19: the largest first, counted by state, with its first and last time and its newest failure without data', async () => {
    const found = await groups();
    expect(found).toMatchObject([
      {
        ...{ group: 'large', counts: { open: 4, discarded: 1 }, first: at(3), last: at(15) },
        example: { _id: keyOf(1015), type: 'even.one' },
      },
      { group: 'small', counts: { open: 1 }, first: at(1), last: at(1), example: { cause: 'crashed' } },
    ]);
    expect(found.map(({ counts }) => Object.keys(counts))).toEqual([['open', 'discarded'], ['open']]);
    for (const { example } of found) expect(example).not.toHaveProperty('data');
  });

  test('by cause, code, type, source, state and time, and a group is listed by its name', async () => {
    expect(await groups({ cause: 'crashed' })).toMatchObject([{ group: 'small', counts: { open: 1 } }]);
    expect(await groups({ type: 'even.one' })).toMatchObject([{ group: 'large', counts: { discarded: 1 } }]);
    expect(await groups({ status: ['open'], group: 'large' })).toMatchObject([{ counts: { open: 4 }, last: at(12) }]);
    expect(await groups({ since: at(6), until: at(12) })).toMatchObject([
      { counts: { open: 2 }, first: at(6), last: at(9) },
    ]);
    expect(await groups({ code: 'c', limit: 9 })).toHaveLength(2);
    expect(await groups({ source: '/s' })).toMatchObject([{ group: 'small', counts: { open: 1 } }]);
    expect((await listFailures({ tenants: ['grouped'] }, { limit: 9, source: '/s' })).items).toHaveLength(1);
    for (const none of [{ cause: 'id-reused' as const }, { code: 'd' }, { source: '/t' }])
      expect(await groups(none)).toEqual([]);
    expect((await listFailures({ tenants: ['grouped'] }, { limit: 9, group: 'small' })).items).toHaveLength(1);
  });

  test('a page at a time, equal counts by name', async () => {
    await connection.failures.insertMany(
      ['b', 'a', 'c'].map((group, index) => grouped(30 + index, { group, tenant: 'paged' })),
    );
    const names: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await groupFailures({ tenants: ['paged'] }, { limit: 1, ...(cursor !== undefined && { cursor }) });
      names.push(...page.items.map(({ group }) => group));
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(names).toEqual(['a', 'b', 'c']);
    await expect(groupFailures({ tenants: ['paged'] }, { limit: 1, cursor: 'x' })).rejects.toMatchObject({
      code: 'invalid-cursor',
    });
  });

  test('entry 15: are counted from an index, whatever the filter', async () => {
    await setupDatabase(connection.db, {});
    const filters = [
      { cause: 'permanent' },
      { code: 'c' },
      { type: 'odd.one' },
      { group: 'large' },
      { source: '/s' },
      {},
    ];
    for (const more of filters) {
      const sought = { tenant: { $in: ['grouped'] }, state: { $in: ['open', 'failed-again'] }, ...more };
      const plan = JSON.stringify(await connection.failures.aggregate(counting(sought)).explain());
      expect(plan).toContain('IXSCAN');
      expect(plan).not.toContain('COLLSCAN');
    }
    const used = ['tenant', 'state', 'group', 'recordedtime', '_id', 'type', 'cause', 'code', 'source'];
    const indexes = await connection.failures.indexes();
    expect(indexes.filter(({ key }) => used.every((name) => name in key))).toHaveLength(1);
  });
});

describe('open failures', () => {
  const open = mongoOpenFailures(connection);
  const one = (index: number, type: string | null, state: FailureRecord['state'] = 'open') => {
    const { _id, ...rest } = failure(index);
    return { ...rest, _id: `open-${index}`, tenant: index % 2 ? 'odd' : 'even', type, state };
  };
  beforeAll(async () => {
    const states = ['open', 'failed-again', 'replaying', 'replayed', 'discarded'] as const;
    await connection.failures.insertMany([
      ...states.map((state, index) => one(index, 'open.one', state)),
      ...[5, 6, 7].map((index) => one(index, 'open.two')),
      one(8, null),
      one(9, 'gone.one'),
    ]);
  });
  afterAll(() => connection.failures.deleteMany({ tenant: { $in: ['odd', 'even'] } }));

  test('are counted by type, whosever they are, up to as many as are asked for', async () => {
    expect(await open.count('open.one', 100)).toBe(2);
    expect(await open.count('open.two', 100)).toBe(3);
    expect(await open.count('open.two', 2)).toBe(2);
    expect(await open.count('none.at.all', 100)).toBe(0);
    const [nobodys, others] = [
      await open.count(null, 100),
      await open.count({ noneOf: ['open.one', 'open.two'] }, 1000),
    ];
    expect(nobodys).toBe(await connection.failures.countDocuments({ type: null, state: { $in: OPEN_STATES } }));
    const all = await connection.failures.countDocuments({ state: { $in: OPEN_STATES } });
    expect(others).toBe(all - nobodys - 2 - 3);
    expect(others).toBeGreaterThan(0);
  });

  test('are counted in an index that holds all that is asked', async () => {
    const indexes = await connection.failures.indexes();
    expect(indexes.map(({ key }) => Object.keys(key).join())).toContain('state,type');
  });
});

describe('the bounds of a key', () => {
  const mine = { tenant: 'bound' };
  const reach = { tenants: ['bound'] };
  const shapes = [
    { type: 'one.made', source: '/a' },
    { type: 'one.made', source: '/b' },
    { type: 'two.made', source: '/a' },
  ];
  const names = (items: readonly { type: string | null; source?: string }[]) =>
    items.map(({ type, source }) => `${type} ${source}`).toSorted();

  beforeAll(async () => {
    await connection.events.insertMany(
      shapes.map((shape, index) =>
        record(2000 + index, { ...mine, ...shape, state: 'succeeded', settledAt: new Date(index) }),
      ),
    );
    await connection.failures.insertMany([
      ...shapes.map((shape, index): FailureRecord => ({ ...failure(2001 + 3 * index), ...mine, ...shape })),
      { ...failure(2010), ...mine, type: null, cause: 'undecodable', event: null, state: 'open' },
    ]);
  });

  test.each([
    [{ types: ['one.made'] }, {}, ['one.made /a', 'one.made /b']],
    [{ sources: ['/a'] }, {}, ['one.made /a', 'two.made /a']],
    [{ types: ['one.made', 'three.made'], sources: ['/a'] }, {}, ['one.made /a']],
    [{ types: ['one.made'] }, { type: 'one.made' }, ['one.made /a', 'one.made /b']],
    [{ types: ['one.made'] }, { type: 'two.made' }, []],
  ])('%j leave out the rest of every list, with the filter %j', async (bounds, filter, expected) => {
    const page = { limit: 9, ...filter };
    expect(names((await list({ ...mine, ...bounds }, page)).items)).toEqual(expected);
    const settled = await listSettled({ ...mine, ...bounds }, { ...page, since: '1970-01-01T00:00:00.000Z' }, START);
    expect(names(settled.items)).toEqual(expected);
    expect(names((await listFailures({ ...reach, ...bounds }, page)).items)).toEqual(expected);
    const groups = (await groupFailures({ ...reach, ...bounds }, page)).items;
    expect(groups.flatMap(({ counts }) => Object.values(counts))).toEqual(expected.length > 0 ? [expected.length] : []);
  });

  test('a source that is asked for is none beyond the bounds', async () => {
    expect((await listFailures({ ...reach, sources: ['/a'] }, { limit: 9, source: '/b' })).items).toEqual([]);
    expect((await listFailures({ ...reach, sources: ['/b'] }, { limit: 9, source: '/b' })).items).toHaveLength(1);
  });

  test('hide one event and one failure by their ids', async () => {
    for (const [bounds, found] of [
      [{}, true],
      [{ types: ['one.made'] }, true],
      [{ types: ['two.made'] }, false],
      [{ sources: ['/b'] }, false],
    ] as const) {
      expect((await get({ ...mine, ...bounds }, keyOf(2000))) !== null).toBe(found);
      expect((await getFailure({ ...reach, ...bounds }, keyOf(2001))) !== null).toBe(found);
    }
  });

  test('all tenants are those of everybody and of nobody', async () => {
    const all = await every((filter) => listFailures({ tenants: 'all', types: ['one.made'] }, filter), 1);
    expect(all).toHaveLength(2);
    const found = await every((filter) => listFailures({ tenants: 'all' }, filter), 9);
    const seen = new Set(found.map(({ tenant }) => tenant));
    expect([...seen]).toEqual(expect.arrayContaining(['bound', 'paged']));
  });

  test('groups of two tenants stay apart, page by page', async () => {
    await connection.failures.insertMany(
      ['x', 'y', null].map((tenant, index) => ({ ...failure(3000 + index), tenant, type: 'apart.one', group: 'same' })),
    );
    const reach = { tenants: 'all', types: ['apart.one'] } as const;
    const groups = await every((filter) => groupFailures(reach, filter), 1);
    expect(groups.map(({ group, example: { tenant } }) => [group, tenant])).toEqual([
      ['same', null],
      ['same', 'x'],
      ['same', 'y'],
    ]);
  });
});
