import { describe, expect, test } from 'vitest';
import { DependencyError } from '../../../lib/core/errors.ts';
import { answerDeployment, type DeploymentRequest } from '../../../lib/deployment/answer-deployment.ts';
import type { CollectionSetup, DatabaseSetup } from '../../../lib/ports/database-setup.ts';
import type { DeploymentAnswer } from '../../../lib/ports/deployment-answers.ts';
import { SluiceError } from '../../../lib/sdk/errors.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const URL = 'https://answers.s3.amazonaws.com/stack?X-Amz-Signature=5ecre7';
const asked = (RequestType: DeploymentRequest['RequestType']): DeploymentRequest => ({
  RequestType,
  ResponseURL: URL,
  StackId: 'arn:aws:cloudformation:eu-central-1:1:stack/sluice-dev/1',
  RequestId: 'request-1',
  LogicalResourceId: 'DatabaseSetup',
});
const members = (over: Partial<CollectionSetup> = {}): CollectionSetup => ({
  ...{ collection: 'members', created: false, made: [], changed: [], unused: [], left: [] },
  ...over,
});
const silence = () => new DependencyError('mongodb', 'MongoDB did not answer');
/** Of the 15 minutes of the function. */
const remainingMs = () => 900_000;

/** For hearing what is missing. */
const MISSING_MS = 10_000;

/**
 * A world in which times are over when the test says so, and every pause is over at once.
 * @param setUp what the database says at each try
 */
function world(setUp: DatabaseSetup, missing: () => Promise<readonly string[]> = async () => []) {
  const told: { url: string; answer: DeploymentAnswer }[] = [];
  const lines: unknown[] = [];
  const note = (message: string, details?: unknown) => void lines.push({ message, details });
  const time = fakeClock();
  let isOver = () => {};
  const over = new Promise<void>((resolve) => {
    isOver = resolve;
  });
  let isSilent = () => {};
  const silent = new Promise<void>((resolve) => {
    isSilent = resolve;
  });
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
    if (ms === MISSING_MS) return silent;
    return ms > 60_000 ? over : time.sleep(ms);
  };
  let connected = 0;
  const ports = {
    connect: async () => {
      connected++;
      return { setUp, missing };
    },
    clock: { now: time.now, sleep },
    tell: async (url: string, answer: DeploymentAnswer) => void told.push({ url, answer }),
    log: { debug: note, info: note, warn: note, error: note },
  };
  return {
    ports,
    told,
    lines,
    waits,
    time,
    timeIsOver: () => isOver(),
    silenceIsOver: () => isSilent(),
    connections: () => connected,
  };
}
type World = ReturnType<typeof world>;

const run = async (of: World, request = asked('Update')) => {
  await answerDeployment(request, of.ports, remainingMs);
  const [one, ...others] = of.told;
  expect(others).toEqual([]);
  expect(one?.url).toBe(URL);
  expect(JSON.stringify(of.lines)).not.toContain('5ecre7');
  return one?.answer;
};

describe('a deployment that asks for the database', () => {
  test.each(['Create', 'Update'] as const)(
    'is answered when it is set up (%s), by the ids of the request',
    async (type) => {
      const of = world(async () => [members({ created: true, made: ['tenant_1_email_1'] })]);
      expect(await run(of, asked(type))).toEqual({
        Status: 'SUCCESS',
        Reason: 'the database is set up',
        PhysicalResourceId: 'database-setup',
        StackId: asked(type).StackId,
        RequestId: 'request-1',
        LogicalResourceId: 'DatabaseSetup',
      });
      expect(of.lines).toEqual([
        {
          message: 'the database is set up',
          details: { created: ['members'], made: ['members.tenant_1_email_1'], changed: [] },
        },
      ]);
    },
  );

  test('and lets it go changes nothing: MongoDB is not even connected', async () => {
    const of = world(async () => {
      throw new Error('asked');
    });
    expect(await run(of, asked('Delete'))).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'database-setup' });
    expect(of.connections()).toBe(0);
  });

  test('fails with what was refused, however long that is, and without credentials', async () => {
    const of = world(async () => {
      throw new SluiceError('not-unique', `members cannot be unique, mongodb://u:pw@h ${'€'.repeat(5000)}`);
    });
    const answer = await run(of);
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('members cannot be unique') });
    expect(answer?.Reason).not.toContain('pw');
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(4096);
  });

  test.each(['\u0001', '"', '\\', '€', '😀'])(
    'fails with what CloudFormation takes, whatever is in it: %j',
    async (sign) => {
      const of = world(async () => {
        throw new SluiceError(
          'not-unique',
          `members cannot be unique: documents share them, such as ${sign.repeat(5000)}`,
        );
      });
      const answer = await run(of);
      expect(answer?.Reason).toContain('members cannot be unique');
      expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(4096);
    },
  );

  test('fails where what connects does', async () => {
    const of = world(async () => []);
    const ports = { ...of.ports, connect: () => Promise.reject(new Error('environment: MONGODB_URI is missing')) };
    await answerDeployment(asked('Create'), ports, remainingMs);
    expect(of.told).toMatchObject([{ answer: { Status: 'FAILED', Reason: 'environment: MONGODB_URI is missing' } }]);
  });

  test('is told what is left to a person, and succeeds', async () => {
    const of = world(async () => [
      members({ left: ['at_1 (documents that are there would leave)'], unused: ['old_1'] }),
    ]);
    expect(await run(of)).toMatchObject({
      Status: 'SUCCESS',
      Reason: 'left to a person (npm run db:setup): members.at_1 (documents that are there would leave)',
    });
    expect(of.lines.slice(1)).toMatchObject([
      { details: { left: ['members.at_1 (documents that are there would leave)'] } },
      { details: { unused: ['members.old_1'] } },
    ]);
  });

  test('that could not be told may be repeated: the function ends with the fault', async () => {
    const of = world(async () => []);
    const ports = { ...of.ports, tell: () => Promise.reject(new DependencyError('cloudformation', 'status 403')) };
    await expect(answerDeployment(asked('Create'), ports, remainingMs)).rejects.toThrow('status 403');
  });
});

describe('an index that takes long', () => {
  test('is waited for again when the connection is cut, however often', async () => {
    let tries = 0;
    const of = world(async () => {
      if (++tries === 12) return [members()];
      of.time.advance(350_000);
      throw silence();
    });
    expect(await run(of)).toMatchObject({ Status: 'SUCCESS' });
  });

  test('and is not ready half a minute before the time is over fails the deployment, and says what goes on', async () => {
    const of = world(
      () => new Promise(() => {}),
      async () => ['the unique index members(tenant, email)'],
    );
    const answer = run(of);
    of.timeIsOver();
    expect(await answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(
        /^MongoDB goes on building the unique index members\(tenant, email\), .*deploy again/,
      ),
    });
    expect(of.waits).toEqual([870_000, MISSING_MS]);
  });

  test('is answered before Lambda ends the function, however long it takes to hear what is missing', async () => {
    const of = world(
      () => new Promise(() => {}),
      () => new Promise(() => {}),
    );
    const answer = run(of);
    of.timeIsOver();
    of.silenceIsOver();
    expect(await answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('what is missing') });
  });

  test('is told of also where nobody can say what is missing', async () => {
    const of = world(
      () => new Promise(() => {}),
      () => Promise.reject(silence()),
    );
    const answer = run(of);
    of.timeIsOver();
    expect(await answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('what is missing') });
  });
});

test('addresses that cannot be read yet, as with rights that are a moment old, are read again', async () => {
  const of = world(async () => [members()]);
  let reads = 0;
  const connect = async () => {
    if (++reads < 4) throw new DependencyError('secrets-manager', 'AccessDeniedException');
    return of.ports.connect();
  };
  expect(await run({ ...of, ports: { ...of.ports, connect } })).toMatchObject({ Status: 'SUCCESS' });
});

test('and where they never can be that is the reason', async () => {
  const of = world(async () => [members()]);
  const connect = () => Promise.reject(new DependencyError('secrets-manager', 'AccessDeniedException'));
  const answer = await run({ ...of, ports: { ...of.ports, connect } });
  expect(answer).toMatchObject({ Status: 'FAILED', Reason: 'AccessDeniedException' });
});

test('a MongoDB that does not answer at all is tried for about a minute, and no longer', async () => {
  let tries = 0;
  const of = world(async () => {
    tries++;
    of.time.advance(10_000);
    throw silence();
  });
  expect(await run(of)).toMatchObject({ Status: 'FAILED', Reason: 'MongoDB did not answer' });
  expect(tries).toBe(5);
});
