import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from 'aws-lambda';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DeploymentRequest } from '../../../lib/deployment/answer-deployment.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { deploymentHandler } from '../../../lib/wiring/deployment-handler.ts';
import { setup } from '../../../lib/wiring/functions/setup.ts';
import { connectSetup } from '../../../lib/wiring/setup.ts';
import { definitionOf } from '../../support/definitions.ts';
import { type TestEngines, testEngines } from '../../support/engines.ts';

const SERVICE = `set${randomBytes(4).toString('hex')}`;
const TYPE = 'member.joined';
const joined = defineEvent({ ...definitionOf(TYPE), collections: { members: { unique: [['email']] } } });
const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 900_000 } as Context;

let engines: TestEngines;
let client: MongoClient;
const answers: Record<string, string>[] = [];
const bucket = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  answers.push(JSON.parse(Buffer.concat(parts).toString()));
  response.end();
});
beforeAll(async () => {
  engines = await testEngines();
  client = new MongoClient(engines.mongoUri);
  await new Promise<void>((resolve) => bucket.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  answers.length = 0;
  const stage = { SERVICE, STAGE: 'up', MONGODB_URI: engines.mongoUri, WITHOUT_TLS: 'mongodb' };
  for (const [name, value] of Object.entries({ ...stage, EVENT_TYPES: TYPE, POWERTOOLS_LOG_LEVEL: 'DEBUG' }))
    vi.stubEnv(name, value);
  return async () => {
    vi.unstubAllEnvs();
    await client.db(`${SERVICE}_up`).dropDatabase();
  };
});
afterAll(async () => {
  bucket.close();
  await client.close();
  await engines.stop();
});

/** Asks the function as CloudFormation does. @returns its answer, and all that was written meanwhile */
async function ask(RequestType: DeploymentRequest['RequestType']) {
  const written: string[] = [];
  const note = (said: unknown) => written.push(String(said)) > 0;
  // The logger has a console of its own.
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(note));
  const request = {
    RequestType,
    ResponseURL: `http://127.0.0.1:${(bucket.address() as AddressInfo).port}/stack?X-Amz-Signature=5ecre7`,
    ...{ StackId: 'stack', RequestId: 'request', LogicalResourceId: 'DatabaseSetup' },
    ResourceProperties: { Declarations: 'ab12' },
  };
  try {
    await deploymentHandler(
      setup,
      connectSetup(async () => ({ default: joined })),
    )(request, context);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  expect(answers).toHaveLength(1);
  return { answer: answers[0], written: written.join('\n') };
}
const collections = async () =>
  (await client.db(`${SERVICE}_up`).listCollections().toArray()).map(({ name }) => name).toSorted();

describe('the function of a stack that sets its database up', () => {
  test('makes what Sluice and all event types declare, answers, and never logs where the answer goes', async () => {
    const { answer, written } = await ask('Create');
    expect(answer).toMatchObject({ Status: 'SUCCESS', RequestId: 'request' });
    expect(await collections()).toEqual(['audit', 'events', 'failures', 'keys', 'members', 'replays', 'tenants']);
    expect(written).toContain('the database is set up');
    expect(written).not.toMatch(/5ecre7|X-Amz-Signature/);
  });

  test('may be asked again, and changes nothing then', async () => {
    await ask('Create');
    answers.length = 0;
    const { answer, written } = await ask('Update');
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect(JSON.parse(written.split('\n').find((line) => line.includes('is set up')) ?? '{}')).toMatchObject({
      created: [],
      made: [],
      changed: [],
    });
  });

  test('leaves all there is when its resource goes', async () => {
    await ask('Create');
    answers.length = 0;
    expect((await ask('Delete')).answer).toMatchObject({ Status: 'SUCCESS' });
    expect(await collections()).toContain('members');
  });

  test('says that its environment is wrong', async () => {
    vi.stubEnv('MONGODB_URI', '');
    expect((await ask('Create')).answer).toMatchObject({
      Status: 'FAILED',
      Reason: 'environment: MONGODB_URI is missing',
    });
  });

  test('says that documents share what is to be unique, and leaves them', async () => {
    const members = client.db(`${SERVICE}_up`).collection('members');
    await members.insertMany([1, 2].map(() => ({ tenant: 'one', email: 'ada@example.com' })));
    const { answer, written } = await ask('Create');
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('members cannot be unique by') });
    expect(`${JSON.stringify(answer)}${written}`).not.toContain('ada@');
    expect(await members.countDocuments()).toBe(2);
  });
});
