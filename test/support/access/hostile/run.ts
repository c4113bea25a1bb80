import fc from 'fast-check';
import { expect } from 'vitest';
import { lambdaContext } from '../../api-gateway.ts';
import { eventOf, httpApi, type Said } from '../../http-api.ts';
import type { Deployed } from '../deployed.ts';
import { keysIn } from '../left-behind.ts';
import { faultsOf, keyIn, type Sent } from './oracle.ts';
import { type Hostile, hostileRequest } from './requests.ts';
import { surroundings } from './surroundings.ts';

/**
 * Sends so many hostile requests of one tenant, whose keys may this and that, to a stage on which there is another tenant.
 * @returns what was found wrong, what was answered how often, and how many commands MongoDB was sent
 */
export async function sendHostile(world: Deployed, { runs, seed }: { runs: number; seed: number }) {
  const { messages } = world;
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
    const sent = messages.map((body): Partial<Sent> => JSON.parse(body)).filter(isEvent);
    const outcome = { said, commands: [...world.commands], sent };
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

/** A replay of many is sent by its id alone. */
const isEvent = (message: Partial<Sent>): message is Sent => message.tenant !== undefined;
