import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { expect, vi } from 'vitest';
import type { StoredKey } from '../../../../lib/core/access/key-entry.ts';
import { OPEN_STATES } from '../../../../lib/core/failure.ts';
import { sealCursor } from '../../../../lib/http/list-cursor.ts';
import { anEntry } from '../../a-change.ts';
import { lambdaContext } from '../../api-gateway.ts';
import jobRun from '../../events/job.run.ts';
import noteKept from '../../events/note.kept.ts';
import { eventOf, httpApi, type Said } from '../../http-api.ts';
import { storedKey } from '../../stored-key.ts';
import { type Deployed, OTHER_TYPE, TYPE } from '../deployed.ts';
import { expected, SCOPES, type Scope } from '../expected.ts';
import { keysIn } from '../left-behind.ts';
import { addThings, type Example } from '../things.ts';
import { faultsOf, type Known, keyIn, type Sent, WORDS } from './oracle.ts';
import { type Hostile, hostileRequest, type Knowledge } from './requests.ts';

const OWN_SCOPES = SCOPES.filter((scope) => scope !== 'operator');
const example: Example = { type: TYPE, data: noteKept.example };

/**
 * Sends so many hostile requests of one tenant, whose keys may this and that, to a stage on which there is another tenant.
 * @returns what was found wrong, what was answered how often, and how many commands MongoDB was sent
 */
export async function sendHostile(world: Deployed, { runs, seed }: { runs: number; seed: number }) {
  const messages = holdQueues();
  const { keys, knowledge, theirs } = await surroundings(world);
  const before = await theirState(world);
  const ask = httpApi(world.api, new Map());
  const statuses = new Map<number, number>();
  let asked = 0;
  let run = 0;
  const renew = await renewing(world);

  const carryOut = async (hostile: Hostile): Promise<string[]> => {
    world.commands.length = 0;
    messages.length = 0;
    const { wired } = hostile;
    const known = keyIn(wired, keys);
    const said = await sendOne({ ...world, ask }, hostile);
    statuses.set(said.status, (statuses.get(said.status) ?? 0) + 1);
    asked += world.commands.length;
    const outcome = { said, commands: [...world.commands], sent: [...messages] };
    const routeKey = eventOf(wired, world.find)?.routeKey;
    if (!('authorizer' in hostile)) return faultsOf({ known, routeKey, theirs }, outcome);
    return faultsOf({ known: 'nobody', routeKey: routeKey && (hostile.routeKey ?? routeKey), theirs }, outcome);
  };
  const found = await fc.check(
    fc.asyncProperty(hostileRequest(knowledge), async (hostile) => {
      if (run++ % RENEWED === 0) {
        await renew();
        if (keysIn(world.lines.splice(0).join('')).length > 0) throw new Error('a key is in the log');
      }
      const faults = await carryOut(hostile);
      if (faults.length > 0) throw new Error(`${faults.join('; ')}\n${JSON.stringify(hostile)}`);
    }),
    { numRuns: runs, seed, endOnFailure: true },
  );
  const faults = found.failed ? [String(found.errorInstance)] : [];
  if ((await theirState(world)) !== before) faults.push('what is theirs has changed');
  return { faults, statuses, commands: asked };
}

export type Hostilities = Awaited<ReturnType<typeof sendHostile>>;

/** Nothing was found, and not because nothing was reached. */
export function expectHarmless({ faults, statuses, commands }: Hostilities): void {
  expect(faults).toEqual([]);
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 201, 202, 400, 401, 403, 404, 409, 415]));
  expect(commands).toBeGreaterThan(500);
}

/** A request through the gateway, or one that reaches the function beside it. @returns undefined where no function has it */
async function sendOne({ ask, api, find }: Pick<Deployed, 'ask' | 'api' | 'find'>, hostile: Hostile): Promise<Said> {
  if (!('authorizer' in hostile)) return ask(hostile.wired);
  const event = eventOf(hostile.wired, find);
  const run = event && api.routes.get(event.routeKey);
  if (!event || !run) return { status: 404, headers: {}, text: '' };
  const { routeKey = event.routeKey, authorizer } = hostile;
  const requestContext = { ...event.requestContext, routeKey, authorizer };
  const { statusCode = 0, body = '' } = await run({ ...event, routeKey, requestContext }, lambdaContext);
  return { status: statusCode, headers: {}, text: body };
}

/** Two tenants, each with some of everything; the keys of one, and all that its people may have heard of the other. */
async function surroundings(world: Deployed) {
  const { mongo, ports, stage } = world;
  const add = async (known: Known | 'theirs' | 'dead') => {
    const fields: Partial<StoredKey> = {
      ...{
        tenant: known === 'theirs' ? 'theirs' : 'mine',
        scopes: typeof known === 'object' ? known.scopes : OWN_SCOPES,
      },
      ...(typeof known === 'object' && known.bound && { types: [TYPE], sources: ['/tenants/mine'] }),
      ...(known === 'dead' && { expires: '2026-01-01T00:00:00.000Z' }),
    };
    const { text, key } = storedKey(fields, stage);
    await ports.keys.create({ key, audit: { ...anEntry, tenant: key.tenant, action: 'key.created', subject: key.id } });
    return text;
  };
  const keys = new Map<string, Known>();
  for (const scope of OWN_SCOPES)
    keys.set(await add({ scopes: [scope], bound: false }), { scopes: [scope], bound: false });
  const full = await add({ scopes: OWN_SCOPES, bound: false });
  const bound = await add({ scopes: OWN_SCOPES, bound: true });
  keys.set(full, { scopes: OWN_SCOPES, bound: false }).set(bound, { scopes: OWN_SCOPES, bound: true });
  const theirKey = await add('theirs');
  const dead = [await add('dead'), storedKey({}, stage).text, storedKey({}, 'prod').text];

  const data = (word: string) => ({ ...noteKept.example, title: `data of ${word}` });
  const things = (tenant: string, word: string) =>
    addThings(mongo, { tenant, word, stage, example: { type: TYPE, data: data(word) } });
  const theirs = await Promise.all([1, 2].map(() => things('theirs', WORDS.theirs)));
  const mine = await Promise.all([1, 2, 3].map(() => things('mine', WORDS.mine)));
  const other = { type: OTHER_TYPE, data: jobRun.example };
  const unbound = await addThings(mongo, { tenant: 'mine', word: WORDS.unbound, stage, example: other });
  const cursors = await Promise.all([theirKey, full].map((text) => cursorsOf(world, text)));
  const knowledge: Knowledge = {
    ...{ example, things: [...mine, unbound, ...theirs], cursors: [...cursors.flat(), ...FORGED] },
    ...{ texts: [...keys.keys()], dead },
    opening: (route) => [...keys].flatMap(([text, { scopes }]) => (opens(scopes, route) ? [text] : [])),
  };
  return { keys, knowledge, theirs };
}

/** After so many requests everything is as it was, or soon there would be nothing left to replay. */
const RENEWED = 100;

async function renewing({ mongo: { db } }: Deployed): Promise<() => Promise<void>> {
  const collections = ['events', 'failures', 'replays', 'keys'].map((name) => db.collection(name));
  const before = await Promise.all(collections.map((collection) => collection.find({ tenant: 'mine' }).toArray()));
  return async () => {
    await Promise.all(collections.map((collection) => collection.deleteMany({ tenant: 'mine' })));
    await Promise.all(collections.map((collection, index) => collection.insertMany(before[index] ?? [])));
  };
}

const opens = (scopes: readonly Scope[], route: string): boolean =>
  expected[route]?.scope === 'any key' || scopes.some((scope) => scope === expected[route]?.scope);

const LISTS = [
  '/events',
  '/events?order=settled&since=2020-01-01T00:00:00Z',
  '/failures',
  '/failures/groups',
  '/replays',
  '/keys',
  '/audit',
];

/** The seal of a cursor is no secret: whoever knows how may make one of any position. */
const FORGED = (['events', 'failures', 'replays', 'keys', 'audit'] as const).flatMap((list) =>
  [
    ...['', '{"$ne":null}', `2099-01-01T00:00:00.000Z ${'x'.repeat(43)}`, `9999-99-99T99:99:99.999Z ${'-'.repeat(43)}`],
    ...['key', 'job', 'audit'].map((word) => `${word} 2099-01-01T00:00:00.000Z ${'f'.repeat(36)}`),
  ].map((position) =>
    sealCursor(Buffer.from(position).toString('base64url'), {
      ...{ list, reach: { tenants: ['mine'] }, filter: list === 'failures' ? { status: OPEN_STATES } : {} },
    }),
  ),
);

async function cursorsOf({ ask }: Deployed, text: string): Promise<string[]> {
  const pages = await Promise.all(
    LISTS.map((list) =>
      ask({
        method: 'GET',
        target: `${list}${list.includes('?') ? '&' : '?'}limit=1`,
        headers: [['Authorization', `Bearer ${text}`]],
      }),
    ),
  );
  return pages.flatMap(({ text: page }) => JSON.parse(page).next ?? []);
}

/** All that there is of theirs, but when their key was used. */
async function theirState({ mongo: { db } }: Deployed): Promise<string> {
  const stored = await Promise.all(
    ['events', 'failures', 'replays', 'keys', 'audit'].map((name) =>
      db
        .collection(name)
        .find({ tenant: 'theirs' }, { projection: { lastUsed: 0 } })
        .sort({ _id: 1 })
        .toArray(),
    ),
  );
  const tenants = await db.collection('tenants').find().toArray();
  return JSON.stringify([stored, tenants]);
}

/** Keeps what is sent to queues. */
function holdQueues(): Sent[] {
  const messages: Sent[] = [];
  const { send } = SQSClient.prototype;
  vi.spyOn(SQSClient.prototype, 'send').mockImplementation(function (this: SQSClient, ...given: unknown[]) {
    const [command] = given;
    const entries = command instanceof SendMessageBatchCommand ? command.input.Entries : [];
    for (const { MessageBody = '' } of entries ?? []) {
      const body = JSON.parse(MessageBody);
      if ('tenant' in body) messages.push(body);
    }
    return Reflect.apply(send, this, given);
  });
  return messages;
}
