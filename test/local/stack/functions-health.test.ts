import { expect, test } from 'vitest';
import { KEPT_MS } from '../../../lib/http/get-health.ts';
import { checkFunctions } from '../../../local/stack/functions-health.ts';

const engines = {
  mongo: { name: 'embedded' },
  redis: { name: 'redis 7.0.15 (named by REDIS_URL)' },
  sqs: { name: 'embedded' },
};
const health = (down: readonly string[]) => ({
  statusCode: down.length > 0 ? 503 : 200,
  body: JSON.stringify({
    status: down.length > 0 ? 'down' : 'up',
    dependencies: Object.fromEntries(
      ['mongodb', 'redis', 'sqs'].map((name) => [name, down.includes(name) ? 'down' : 'up']),
    ),
  }),
});

/** Asks a function that gives these answers, the last one for ever. */
async function check(...answers: (object | Error)[]) {
  let invocations = 0;
  const slept: number[] = [];
  const invoke = async ({ routeKey }: { routeKey: string }) => {
    expect(routeKey).toBe('GET /health');
    const answer = answers[Math.min(invocations++, answers.length - 1)];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
  const said = await checkFunctions({ routes: new Map([['GET /health', invoke]]) }, engines, clock).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { said, invocations, slept };
}

test('entry 44: a start whose functions reach everything says nothing, after one invocation', async () => {
  expect(await check(health([]))).toEqual({ said: undefined, invocations: 1, slept: [] });
});

test('entry 44: what is silent from the functions is one line that names it', async () => {
  const { said, invocations, slept } = await check(health(['redis']));
  expect(said).toBe(
    'Redis (redis 7.0.15 (named by REDIS_URL)) answered this start and does not serve the functions, whose environment is their own; docs/local.md: Functions',
  );
  expect([invocations, slept]).toEqual([3, [KEPT_MS, KEPT_MS]]);
  expect((await check(health(['mongodb', 'sqs']))).said).toMatch(
    /^MongoDB \(embedded\) and SQS \(embedded\) answered this start and do not serve/,
  );
});

test('a machine that was busy is asked again', async () => {
  expect(await check(health(['redis']), new Error('Sandbox.Timedout'), health([]))).toMatchObject({ said: undefined });
});

test.each([
  [new Error('Runtime.ExitError: the process ended'), 'GET /health: Runtime.ExitError: the process ended'],
  [{ statusCode: 500, body: '{"message":"x"}' }, 'GET /health: this is no health: {"message":"x"}'],
  [{ statusCode: 200, body: 'x' }, 'GET /health: '],
])('a function that does not say how it is is one line as well', async (answer, line) => {
  const { said } = await check(answer);
  expect(said).toContain('the functions do not say whether they reach MongoDB, Redis and SQS: ');
  expect(said).toContain(line);
});
