import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { copyProject, eventFile, type ProjectCopy } from '../support/project-copy.ts';
import { type StartedCopy, startCopy } from '../support/start-copy.ts';

/** All that somebody writes to add an event type. */
const cartAbandoned = `
import { defineEvent } from '#sluice';
import { z } from 'zod';

export default defineEvent({
  type: 'cart.abandoned',
  summary: 'A visitor left a filled cart behind',
  data: z.strictObject({ cartId: z.uuid(), items: z.int().min(1) }),
  example: { cartId: '3b6f1d5e-3c52-4f5e-9a67-5f0d3b1c8e21', items: 2 },
  collections: { carts: { unique: [['cartId']] } },
  env: { CART_DAYS: z.coerce.number() },
  async handle({ data }, context) {
    await context.collection('carts').insertOne({ ...data });
    return { remembered: data.items, days: context.env.CART_DAYS };
  },
});
`;

const cartLost = `
import { defineEvent, PermanentError } from '#sluice';
import { z } from 'zod';

export default defineEvent({
  type: 'cart.lost',
  summary: 'Nobody knows where it went',
  data: z.strictObject({}),
  example: {},
  async handle() {
    throw new PermanentError('nowhere');
  },
});
`;
const cartFound = cartLost.replace("throw new PermanentError('nowhere');", 'return { found: true };');
/** As a person has it who starts it by hand. */
const kept = { SLUICE_STATE: 'kept' };

let project: ProjectCopy;
let stack: StartedCopy;

beforeAll(async () => {
  project = copyProject();
  project.write('functions/events/cart.abandoned.ts', cartAbandoned);
  project.write('.env', 'CART_DAYS=30\n');
  project.write('functions/events/cart.sold.ts', eventFile('cart.sold', 'env: { CART_KEY: secret() },'));
  project.write('functions/events/cart.lost.ts', cartLost);
  stack = await startCopy(project, { env: kept });
});

afterAll(async () => {
  await stack.stop();
  project.remove();
});

const post = (event: unknown) => stack.caller.post('/events', event, { headers: { prefer: 'wait=25' } });

test('a sixth event type is one file: it is routed, queued, processed, documented, and known by name', async () => {
  const sent = { type: 'cart.abandoned', data: { cartId: '3b6f1d5e-3c52-4f5e-9a67-5f0d3b1c8e21', items: 3 } };
  const answer = await post(sent);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    type: 'cart.abandoned',
    status: 'succeeded',
    result: { remembered: 3, days: 30 },
    data: sent.data,
  });

  const catalogue = await (await stack.caller.fetch('/event-types')).json();
  const entry = { type: 'cart.abandoned', ordered: false, example: { cartId: expect.any(String), items: 2 } };
  expect(catalogue).toMatchObject({ items: expect.arrayContaining([expect.objectContaining(entry)]) });

  const misspelt = await (await post({ ...sent, type: 'cart.abandonned' })).json();
  expect(misspelt).toMatchObject({ code: 'unknown-type', detail: expect.stringContaining('cart.abandoned') });
});

test('a setting that is missing is said at the start, in one line', () => {
  const lines = stack.banner.split('\n').filter((line) => line.includes('functions/events/'));
  expect(lines).toEqual([
    'functions/events/cart.sold.ts: CART_KEY is missing; its events wait: set it in .env.local and start again',
  ]);
});

test('what was settled and what failed is there again after an end and a start, and is replayed on what was mended meanwhile', async () => {
  const done = {
    type: 'cart.abandoned',
    id: 'one',
    data: { cartId: '7a1d6c02-13c5-4c7e-9a0b-0a4f0c1e9d11', items: 1 },
  };
  const failing = { type: 'cart.lost', id: 'other', data: {} };
  const before = [await (await post(done)).json(), await (await post(failing)).json()];
  expect(before).toMatchObject([{ status: 'succeeded' }, { status: 'failed' }]);
  expect(stack.banner).toMatch(/State +\.sluice\/\n/);

  await stack.stop();
  project.write('functions/events/cart.lost.ts', cartFound);
  stack = await startCopy(project, { env: kept });
  const failures = await (await stack.caller.fetch('/failures')).json();
  expect(failures).toMatchObject({ items: [{ event: { type: 'cart.lost' }, state: 'open' }] });
  const again = [await (await post(done)).json(), await (await post(failing)).json()];
  expect(again).toEqual(before);

  const [{ links }] = (failures as { items: [{ links: { self: string } }] }).items;
  expect((await stack.caller.post(`${links.self}/replay`)).status).toBe(202);
  await eventually(async () => {
    const event = await (await stack.caller.fetch('/events/other')).json();
    expect(event).toMatchObject({ status: 'succeeded', result: { found: true } });
  });
});
