import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { serviceNameHere } from '../../../deploy/service-name.ts';
import { readApiKey } from '../../../lib/core/access/api-key.ts';
import { readConfig } from '../../../lib/core/config.ts';
import { keyPortsOn } from '../../../lib/wiring/access.ts';
import { connectMongo } from '../../../lib/wiring/mongo.ts';
import { connectRedis } from '../../../lib/wiring/redis.ts';
import { type Caller, callerOf } from '../../../local/stack/caller.ts';
import { freePort } from '../../../local/stack/engines/program.ts';
import { makeCallers } from '../../support/access/callers.ts';
import { expected } from '../../support/access/expected.ts';
import { dumpOfMongo, dumpOfRedis, keysIn } from '../../support/access/left-behind.ts';
import { expectMatrix } from '../../support/access/matrix.ts';
import { gotNothing, oddMethods, oddTargets } from '../../support/access/odd-targets.ts';
import { rawRequest } from '../../support/access/raw-request.ts';
import { addThings } from '../../support/access/things.ts';
import { eventually } from '../../support/eventually.ts';
import { silentLog } from '../../support/log.ts';
import { patientBudgets } from '../../support/patient-budgets.ts';
import { processes } from '../../support/processes.ts';
import { npmStart } from '../../support/program.ts';

/** Ids of a process and of all that descend from it. */
function family(pid: number): number[] {
  const all = processes();
  const members = [pid];
  for (const member of members) for (const one of all) if (one.parent === member) members.push(one.pid);
  return members;
}
const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('npm start', () => {
  test('asks for a key where it is told to, tells one, and Ctrl-C leaves no process behind', async () => {
    const port = await freePort();
    const args = ['--port', String(port), '--keys'];
    const { child, printed, ended } = npmStart(args, {
      SLUICE_ENGINES: 'embedded',
      SLUICE_ENVIRONMENT: JSON.stringify(patientBudgets),
    });
    const api = `http://127.0.0.1:${port}`;
    await eventually(() => expect(printed.out).toMatch(/^ {2}Docs .*\n/m));
    const key = rowOf(printed.out, 'Key');
    expect(printed.out).toContain(`API      ${api}`);
    expect((await callerOf({ api }).fetch('/health')).status).toBe(200);
    await everyExampleSucceeds(callerOf({ api, key }));
    await answersAsTheContractSays(api, key, printed.out);
    const logged = await readFile(rowOf(printed.out, 'Log'), 'utf8');
    for (const why of ['malformed', 'other-stage', 'unknown', 'expired', 'revoked', 'disabled'])
      expect(logged).toContain(`"reason":"${why}"`);
    expect(keysIn(logged)).toEqual([]);
    expect(keysIn(printed.out)).toContain(key);
    const members = family(pidOf(child));
    expect(members.length).toBeGreaterThan(2);
    child.kill('SIGINT');
    expect((await ended)[0]).toBe(0);
    await eventually(() => expect(members.filter(alive)).toEqual([]));
    expect(printed.err).toBe('');
    // More than any other test asks of a stack, and not of its speed.
  }, 300_000);
});

/** The word at the end of a row of the banner. */
const rowOf = (banner: string, name: string): string => {
  const [, word] = new RegExp(`^ {2}${name} .*?(\\S+)$`, 'm').exec(banner) ?? [];
  if (word === undefined) throw new Error(`no row ${name} in ${banner}`);
  return word;
};

/** Every kind of caller at every route, over HTTP; and no key is in anything that it leaves behind. */
async function answersAsTheContractSays(api: string, key: string, banner: string): Promise<void> {
  const redisUrl = rowOf(banner, 'Redis');
  const stores = {
    SERVICE: serviceNameHere(),
    STAGE: 'local',
    MONGODB_URI: rowOf(banner, 'MongoDB'),
    REDIS_URL: redisUrl,
  };
  const config = readConfig(['mongodb', 'redis', 'AUTHORIZER_CACHE_SECONDS'], { ...stores, ...patientBudgets });
  const [mongo, redis] = [connectMongo(config), connectRedis(config, silentLog)];
  try {
    const [{ type, example } = { type: '', example: {} }] = await typesOf(callerOf({ api, key }));
    const callers = await makeCallers('ours', keyPortsOn({ mongo, redis }, config, silentLog));
    const told: string[] = [];
    await expectMatrix({
      ...{ callers, example: { type, data: example } },
      newThings: () => addThings(mongo, { tenant: 'ours', example: { type, data: example }, stage: 'local' }),
      send: async ({ method, path, body }, { authorization, query = '' }) => {
        const response = await callerOf({ api }).fetch(`${path}${query}`, {
          method,
          headers: {
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...(authorization !== undefined && { authorization }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        told.push(...keysIn(text));
        const makes = method === 'POST' && /^\/keys(\/.*\/rotate)?$/.test(path) && response.ok;
        expect(keysIn(text), `${method} ${path}`).toHaveLength(makes ? 1 : 0);
        return { status: response.status, mediaType: response.headers.get('content-type') ?? '', text };
      },
    });
    expect(told.length).toBeGreaterThan(5);
    expect(new Set(told).size).toBe(told.length);
    await givesNothingToOddRequests(api, key);
    const [stored, kept] = [await dumpOfMongo(mongo.db), await dumpOfRedis(redisUrl)];
    for (const text of [stored, kept]) {
      for (const made of told.slice(0, 3)) expect(text).toContain(readApiKey(made)?.hash);
      expect(keysIn(text)).toEqual([]);
    }
  } finally {
    await Promise.all([mongo.close(), redis.close()]);
  }
}

/** Whatever way a route is asked for, without a key there is nothing but the health of the stack; nor with two keys. */
async function givesNothingToOddRequests(api: string, key: string): Promise<void> {
  const closed = Object.entries(expected).filter(([, { scope }]) => scope !== 'anyone');
  const some = ['GET /events', 'POST /events', 'GET /failures/{id}', 'PUT /tenants/{tenant}'];
  const odd = [...closed.flatMap(([route]) => oddMethods(route)), ...some.flatMap(oddTargets)];
  const answers = await Promise.all(odd.map((asked) => rawRequest(api, asked)));
  expect(odd.filter((_, index) => !answers[index] || !gotNothing(answers[index]))).toEqual([]);
  const twice = ['Authorization', `Bearer ${key}`, 'authorization', `Bearer ${key}`];
  expect(await rawRequest(api, { method: 'GET', target: '/events', headers: twice })).toMatchObject({ status: 403 });
  const once = ['Authorization', `Bearer ${key}`];
  expect(await rawRequest(api, { method: 'GET', target: '/events', headers: once })).toMatchObject({ status: 200 });
}

const typesOf = async (caller: Caller): Promise<{ type: string; example: unknown }[]> => {
  const { items }: { items: { type: string; example: unknown }[] } = JSON.parse(
    await (await caller.fetch('/event-types')).text(),
  );
  return items;
};

/** As the documents of a catalogue promise, whatever the domain is. */
async function everyExampleSucceeds(caller: Caller): Promise<void> {
  const items = await typesOf(caller);
  const { send, wait } = caller.client();
  const receipts = await Promise.all(items.map(({ type, example }) => send({ type, data: example })));
  const outcomes = await Promise.all(receipts.map(({ id }) => wait(id, { seconds: 90 })));
  expect(outcomes.map(({ type, status }) => [type, status])).toEqual(items.map(({ type }) => [type, 'succeeded']));
}

const pidOf = ({ pid }: ChildProcess): number => {
  if (pid === undefined) throw new Error('not started');
  return pid;
};
