import { afterEach, describe, expect, test, vi } from 'vitest';
import { readBroken, refusedOf } from '../../../local/commands/smoke/samples.ts';
import { smoke } from '../../../local/commands/smoke/smoke.ts';
import { callerOf } from '../../../local/stack/caller.ts';

afterEach(() => vi.unstubAllGlobals());

const schema = {
  type: 'object',
  properties: { name: { type: 'string' } },
  required: ['name'],
  additionalProperties: false,
};
const item = { type: 'note.kept', summary: 'x', schema, example: { name: 'Ada' }, ordered: false };
const broken = { type: 'note.kept', data: { name: 'bad' }, mended: { name: 'good' } };

/** A stage as far as a smoke asks it; `faulty` answers what it should not, by method and path. */
function stage(faulty: Record<string, () => Response> = {}) {
  const known = new Map<string, string>();
  let state = 'open';
  const eventOf = (id: string) => {
    const failed = known.get(id) === 'bad';
    return { id, type: item.type, status: failed ? 'failed' : 'succeeded', ...(failed && { failure: { id: 'f1' } }) };
  };
  const answers: Record<string, (body: { id: string; data: { name?: string } }, path: string) => Response> = {
    'GET /health': () => Response.json({ status: 'up' }),
    'GET /event-types': () => Response.json({ items: [item] }),
    'POST /events': ({ id, data }) => {
      if (data.name === undefined) return Response.json({ code: 'invalid-data' }, { status: 422 });
      const duplicate = known.has(id);
      known.set(id, data.name);
      return Response.json({ ...eventOf(id), duplicate }, { status: duplicate ? 200 : 202 });
    },
    'GET /events/': (_, path) => Response.json(eventOf(path.slice('/events/'.length))),
    'GET /failures/': () => Response.json({ id: 'f1', state, message: 'it is bad' }),
    'POST /failures/': ({ data }) => {
      state = 'replayed';
      known.set('replacement', data.name ?? '');
      return Response.json({ state, replacement: { id: 'replacement' } }, { status: 202 });
    },
  };
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    const { pathname } = new URL(url);
    const [, first] = pathname.split('/');
    const route = `${init.method ?? 'GET'} /${first}${pathname === `/${first}` ? '' : '/'}`;
    const answer = faulty[route] ?? answers[route];
    return answer?.(JSON.parse(String(init.body ?? '{}')), pathname) ?? new Response(null, { status: 404 });
  });
  let clock = 0;
  return (options = {}) =>
    smoke({
      caller: callerOf({ api: 'https://stage.example', key: 'key' }),
      broken: async () => broken,
      seconds: 3,
      now: () => clock,
      pause: async (ms) => {
        clock += ms;
      },
      ...options,
    });
}
const states = (checks: Awaited<ReturnType<typeof smoke>>) => checks.map(({ state }) => state);
const [passed, failed, notShown] = ['passed', 'failed', 'not shown'];

describe('a smoke', () => {
  test('of a good stage passes every check', async () => {
    expect((await stage()()).map(({ state, said }) => [state, said])).toEqual([
      [passed, 'up'],
      [passed, 'note.kept succeeded'],
      [passed, 'a duplicate, succeeded'],
      [passed, 'note.kept without "name": refused, invalid-data'],
      [passed, 'note.kept failed: it is bad'],
      [passed, 'succeeded, the failure is replayed'],
    ]);
  });

  test('waits for a stage that comes up, and no longer than it was told', async () => {
    let asked = 0;
    const answer = () => Response.json({ status: ++asked < 3 ? 'down' : 'up' }, { status: asked < 3 ? 503 : 200 });
    expect(states(await stage({ 'GET /health': answer })())[0]).toBe(passed);
    const checks = await stage({ 'GET /health': () => Response.json({ status: 'down' }, { status: 503 }) })();
    expect(checks[0]).toMatchObject({ state: failed, said: 'GET /health answered 503 down', ms: 3000 });
    expect(states(checks).slice(1)).toEqual(Array.from({ length: 5 }, () => notShown));
  });

  test.each([
    ['a key that opens nothing', 'GET /event-types', () => Response.json({}, { status: 401 }), 1, 'SLUICE_KEY'],
    ['no event type', 'GET /event-types', () => Response.json({ items: [] }), 1, 'the stage has no event type'],
    [
      'an event taken twice',
      'POST /events',
      () => Response.json({ id: 'a', type: 'note.kept', status: 'succeeded', duplicate: false }, { status: 202 }),
      2,
      'was taken a second time',
    ],
    [
      'a failure that is not to be read',
      'GET /failures/',
      () => Response.json({ code: 'forbidden' }, { status: 403 }),
      4,
      'GET /failures/f1 answered 403',
    ],
    [
      'a replay that is refused',
      'POST /failures/',
      () => Response.json({ code: 'forbidden' }, { status: 403 }),
      5,
      'answered 403 forbidden',
    ],
  ])('of a stage with %s fails there', async (_, route, answer, at, said) => {
    const checks = await stage({ [route]: answer })();
    expect(checks[at]).toMatchObject({ state: failed, said: expect.stringContaining(said) });
    expect(states(checks).slice(0, at)).toEqual(Array.from({ length: at }, () => passed));
  });

  test('says why it cannot show a failure, and that is no fault of the stage', async () => {
    expect((await stage()({ broken: async () => undefined })).slice(4)).toMatchObject([
      { state: notShown, said: 'no event is known that fails: name one with --broken' },
      { state: notShown, said: 'nothing failed' },
    ]);
    const harmless = async () => ({ ...broken, data: { name: 'fine' } });
    expect((await stage()({ broken: harmless }))[4]).toMatchObject({ state: notShown, said: 'note.kept succeeded' });
  });

  test('of a type that there is not fails', async () => {
    expect((await stage()({ type: 'note.lost' }))[1]).toMatchObject({ said: 'the stage has no note.lost' });
  });
});

test('what is refused does not hang on what a schema makes of values', () => {
  expect(refusedOf(item)).toMatchObject({ type: 'note.kept', data: {} });
  const lenient = { ...item, schema: { type: 'object', properties: { name: { type: 'string' } } } };
  expect(refusedOf(lenient)).toMatchObject({ type: 'note.kept.unknown' });
});

test.each([
  ['{', 'JSON'],
  ['{"type":"a.b","data":{}}', 'mended'],
  ['{"type":"a.b","data":{},"mended":{},"more":1}', 'the file'],
])('%s says no event that fails', (text, named) => {
  expect(() => readBroken(text)).toThrow(named);
});
