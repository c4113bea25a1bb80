import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../support/program.ts';
import { copyProject, type ProjectCopy } from '../support/project-copy.ts';
import { type StartedCopy, startCopy } from '../support/start-copy.ts';

let project: ProjectCopy;
let stack: StartedCopy;

beforeAll(async () => {
  project = copyProject();
  const events = join(project.folder, 'functions/events');
  rmSync(events, { recursive: true });
  mkdirSync(events);
  stack = await startCopy(project);
});

afterAll(async () => {
  await stack?.stop();
  project.remove();
});

const getJson = async (path: string) => {
  const response = await stack.caller.fetch(path);
  return { status: response.status, body: await response.json() };
};

test('the banner says how to add an event type', () => {
  expect(stack.banner).toContain('no event type is declared; add one: npm run new -- <type>');
});

test('it is healthy', async () => {
  expect(await getJson('/health')).toMatchObject({ body: { status: 'up' } });
});

test('an event of any type is refused as unknown, alone and in an array', async () => {
  const event = { type: 'no.such', data: {} };
  const alone = await stack.caller.post('/events', event);
  expect([alone.status, await alone.json()]).toMatchObject([422, { code: 'unknown-type' }]);
  const many = await stack.caller.post('/events', [event, { type: 'a.b', data: 1 }]);
  expect(await many.json()).toMatchObject({
    accepted: 0,
    refused: 2,
    results: [{ problem: { code: 'unknown-type' } }, { problem: { code: 'unknown-type' } }],
  });
});

test('there is nothing to send, to read or to mend, and that is said', async () => {
  expect(await getJson('/event-types')).toEqual({ status: 200, body: { items: [] } });
  expect(await getJson('/events')).toMatchObject({ status: 200, body: { items: [] } });
  expect(await getJson('/failures')).toMatchObject({ status: 200, body: { items: [] } });
  expect(await getJson('/openapi.json')).toMatchObject({ status: 200, body: { openapi: '3.1.1' } });
  expect(await getJson('/asyncapi.json')).toMatchObject({ status: 200, body: { asyncapi: '3.1.0', channels: {} } });
});

test('npm run db:setup makes the collections of Sluice alone', async () => {
  const [mongoUri = ''] = /mongodb:\/\/\S+/.exec(stack.banner) ?? [];
  const env = { STAGE: 'local', MONGODB_URI: mongoUri, MONGODB_DATABASE: 'without-types' };
  const { printed, ended } = runProgram(['deploy/database.ts', 'setup'], env, project.folder);
  expect([(await ended)[0], printed.err]).toEqual([0, '']);
  expect(printed.out.match(/^\w+(?= +created)/gm)?.toSorted()).toEqual([
    ...['audit', 'events', 'failures', 'keys', 'replays', 'tenants'],
  ]);
});
