import type { APIGatewayRequestAuthorizerEventV2, Context } from 'aws-lambda';
import { MongoServerError } from 'mongodb';
import { beforeEach, expect, test } from 'vitest';
import { translate } from '../../../lib/adapters/mongo/errors.ts';
import { DependencyError } from '../../../lib/core/errors.ts';
import { authorizerHandler } from '../../../lib/wiring/authorizer-handler.ts';
import { authorizer } from '../../../lib/wiring/functions/authorizer.ts';
import { countFailures } from '../../../lib/wiring/functions/count-failures.ts';
import { deadLetter } from '../../../lib/wiring/functions/dead-letter.ts';
import { queueHandler } from '../../../lib/wiring/queue-handler.ts';
import { scheduledHandler } from '../../../lib/wiring/scheduled-handler.ts';
import { stubDeployedVariables } from '../../support/deployed-variables.ts';

const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 900_000 } as Context;

beforeEach(stubDeployedVariables);

/** Functions that are asked once, and throw what they are given. */
const asked = {
  'works off a queue': (thrown: unknown) =>
    queueHandler(deadLetter, () => () => Promise.reject(thrown))({ Records: [] }, context),
  'runs by the clock': (thrown: unknown) =>
    scheduledHandler(countFailures, () => () => Promise.reject(thrown))({}, context),
  'says who calls': (thrown: unknown) =>
    authorizerHandler(authorizer, () => () => Promise.reject(thrown))(
      { identitySource: [] } as unknown as APIGatewayRequestAuthorizerEventV2,
      context,
    ),
};

/** As Lambda writes it into the log: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (src/Errors.js) */
async function shownByLambda(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) return JSON.stringify(error) ?? '';
  return JSON.stringify({ errorType: error.name, errorMessage: error.message, ...error, stack: error.stack });
}

test.each(Object.entries(asked))(
  'of what a function that %s throws Lambda shows what a log line would',
  async (_, ask) => {
    const errmsg =
      'not authorized on s to execute command { update: "events", updates: [ { email: "ann@example.org" } ] }';
    const shown = await shownByLambda(ask(translate(new MongoServerError({ ok: 0, code: 13, errmsg }))));
    expect(shown).toContain('not authorized on s');
    expect(shown).toContain('"code":"13"');
    expect(shown).not.toContain('ann@');
    const address = await shownByLambda(ask(Object.assign(new TypeError('Invalid URL'), { input: 'rediss://u:pw@h' })));
    expect(address).toContain('"errorType":"TypeError"');
    expect(address).not.toContain('pw@');
    expect(await shownByLambda(ask(new Error(`no mongodb://u:pw@h ${'x'.repeat(100_000)}`)))).toSatisfy(
      (line: string) => line.length < 10_000 && !line.includes('pw@'),
    );
    expect(await shownByLambda(ask(new DependencyError('mongodb', 'silent')))).toMatch(
      /"errorType":"DependencyError","errorMessage":"silent".*"code":"mongodb-unavailable".*thrown-plainly/,
    );
  },
);
