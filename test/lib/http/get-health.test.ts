import { describe, expect, it } from 'vitest';
import { type Dependency, DependencyError } from '../../../lib/core/errors.ts';
import { checkHealth, getHealth } from '../../../lib/http/get-health.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import type { Ping } from '../../../lib/ports/ping.ts';
import { call } from '../../support/api-gateway.ts';
import { served } from '../../support/served.ts';

const up: Ping = async () => true;
const down: Ping = async () => false;
const complete = async () => [];
const silent: Ping = () => new Promise(() => {});

/** Sleeps end in the next turn, so that nothing waits for a silent ping. */
const hasty: Clock = { now: () => 0, sleep: () => new Promise((resolve) => setImmediate(resolve)) };

describe('health', () => {
  it('is 200 when every dependency is up', async () => {
    expect(await checkHealth({ mongodb: up, redis: up, sqs: up }, complete, hasty)).toEqual({
      status: 200,
      body: { status: 'up', dependencies: { mongodb: 'up', redis: 'up', sqs: 'up' } },
    });
  });

  const dependencies: Dependency[] = ['mongodb', 'redis', 'sqs'];
  it.each(dependencies)('is 503 and names %s when that alone is down', async (dependency) => {
    const { status, body } = await checkHealth(
      { mongodb: up, redis: up, sqs: up, [dependency]: down },
      complete,
      hasty,
    );
    expect(status).toBe(503);
    expect(body.status).toBe('down');
    expect(Object.entries(body.dependencies).filter(([, word]) => word === 'down')).toEqual([[dependency, 'down']]);
  });

  it('entry 32: is 503 and says why when a database that answers was never set up (protocol: setup-before-the-run)', async () => {
    const all = { mongodb: up, redis: up, sqs: up };
    expect(await checkHealth(all, async () => ['the collection events'], hasty)).toEqual({
      status: 503,
      body: {
        status: 'down',
        dependencies: { mongodb: 'down', redis: 'up', sqs: 'up' },
        reasons: { mongodb: 'setup-missing' },
      },
    });
  });

  it('gives no reason where the database could not be asked for it', async () => {
    const missingSetup = async () => Promise.reject(new DependencyError('mongodb', 'silent'));
    const { body } = await checkHealth({ mongodb: down, redis: up, sqs: up }, missingSetup, hasty);
    expect(body).toEqual({ status: 'down', dependencies: { mongodb: 'down', redis: 'up', sqs: 'up' } });
  });

  it('answers, and calls a dependency down, when its ping never ends', async () => {
    const { status, body } = await checkHealth({ mongodb: silent, redis: up, sqs: up }, complete, hasty);
    expect(status).toBe(503);
    expect(body.dependencies).toEqual({ mongodb: 'down', redis: 'up', sqs: 'up' });
  });

  it('asks all dependencies at once', async () => {
    const order: string[] = [];
    const slow =
      (name: string): Ping =>
      async () => {
        order.push(`${name} asked`);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} answered`);
        return true;
      };
    const patient: Clock = { now: () => 0, sleep: () => new Promise(() => {}) };
    await checkHealth({ mongodb: slow('mongodb'), redis: slow('redis'), sqs: slow('sqs') }, complete, patient);
    expect(order.slice(0, 3)).toEqual(['mongodb asked', 'redis asked', 'sqs asked']);
  });

  it('leaves no timer behind once a ping has answered', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const clock: Clock = {
      now: () => 0,
      sleep: (_, signal) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    };
    await checkHealth({ mongodb: up, redis: down, sqs: up }, complete, clock);
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true, true, true]);
  });

  it('entry 15: is asked of the dependencies once in five seconds, however many ask', async () => {
    let now = 0;
    const clock: Clock = { now: () => now, sleep: () => new Promise(() => {}) };
    let looks = 0;
    let answer = true;
    const counting: Ping = async () => {
      looks++;
      return answer;
    };
    const handler = served(getHealth({ mongodb: counting, redis: up, sqs: up }, complete, clock));
    const ask = async () => (await call(handler, { method: 'GET', path: '/health' })).status;
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([200, 200, 200]);
    answer = false;
    now += 4999;
    expect([await ask(), looks]).toEqual([200, 1]);
    now += 1;
    expect([await ask(), await ask(), looks]).toEqual([503, 503, 2]);
  });
});
