import type { APIGatewayRequestAuthorizerEventV2, Context } from 'aws-lambda';
import { beforeEach, expect, test, vi } from 'vitest';
import { authorizerHandler } from '../../../lib/wiring/authorizer-handler.ts';
import { authorizer } from '../../../lib/wiring/functions/authorizer.ts';
import { countFailures } from '../../../lib/wiring/functions/count-failures.ts';
import { deadLetter } from '../../../lib/wiring/functions/dead-letter.ts';
import { health } from '../../../lib/wiring/functions/health.ts';
import { httpHandler } from '../../../lib/wiring/http-handler.ts';
import { queueHandler } from '../../../lib/wiring/queue-handler.ts';
import { createRenew } from '../../../lib/wiring/renew-address.ts';
import { scheduledHandler } from '../../../lib/wiring/scheduled-handler.ts';
import { gatewayEvent } from '../../support/api-gateway.ts';
import { stubDeployedVariables } from '../../support/deployed-variables.ts';
import { eventually } from '../../support/eventually.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { silentLog } from '../../support/log.ts';

beforeEach(stubDeployedVariables);

/** Functions that meet a refusal in their work, and do not wait for what follows from it. */
const asked = {
  'answers requests': (refused: () => void, context: Context) => {
    const answer = async () => {
      refused();
      return { status: 503, body: {} };
    };
    const connected = { handlers: { 'GET /health': answer }, limits: 'none' } as const;
    return httpHandler(health, () => connected)(gatewayEvent({ method: 'GET', path: '/health' }), context);
  },
  'works off a queue': (refused: () => void, context: Context) =>
    queueHandler(deadLetter, () => async () => {
      refused();
      return { batchItemFailures: [] };
    })({ Records: [] }, context),
  'runs by the clock': (refused: () => void, context: Context) =>
    scheduledHandler(countFailures, () => async () => refused())({}, context),
  'says who calls': (refused: () => void, context: Context) =>
    authorizerHandler(authorizer, () => async () => {
      refused();
      throw new Error('nobody can say');
    })({ identitySource: [] } as unknown as APIGatewayRequestAuthorizerEventV2, context),
};

/** A store that answers when the test says so, and an invocation that meets a refusal. */
function world(ask: (typeof asked)[keyof typeof asked], remainingMs: number) {
  const store = Promise.withResolvers<string>();
  const read = vi.fn(() => store.promise);
  const renew = createRenew('MONGODB_URI', 'old', { read, clock: fakeClock(), random: () => 0, log: silentLog });
  const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => remainingMs } as Context;
  const seen = { renewed: '', isOver: false };
  const refused = () => void renew('old').then((next = '') => Object.assign(seen, { renewed: next }));
  const over = () => {
    seen.isOver = true;
  };
  const invocation = ask(refused, context).then(over, over);
  return { store, read, seen, invocation };
}

test.each(Object.entries(asked))('a function that %s is not frozen while an address is read again', async (_, ask) => {
  const { store, read, seen, invocation } = world(ask, 10_000);
  await eventually(() => expect(read).toHaveBeenCalled());
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(seen.isOver).toBe(false);
  store.resolve('new');
  await invocation;
  expect(seen.renewed).toBe('new');
});

test.each(Object.entries(asked))(
  'a function that %s answers before Lambda ends it, whatever is read',
  async (_, ask) => {
    const { store, seen, invocation } = world(ask, 300);
    await invocation;
    expect(seen.renewed).toBe('');
    store.resolve('new');
  },
);
