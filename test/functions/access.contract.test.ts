import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCallers } from '../support/access/callers.ts';
import { type Deployed, deploy, TYPE } from '../support/access/deployed.ts';
import { expected } from '../support/access/expected.ts';
import { expectHarmless, sendHostile } from '../support/access/hostile/run.ts';
import { expectMatrix, routesOfTheCode } from '../support/access/matrix.ts';
import { addThings } from '../support/access/things.ts';
import noteKept from '../support/events/note.kept.ts';

const example = { type: TYPE, data: noteKept.example };

describe('the functions that are deployed, behind API Gateway', () => {
  let world: Deployed;
  beforeAll(async () => {
    world = await deploy();
  });
  afterAll(() => world.stop());

  test('are all in the table of expectations, and nothing else is', () =>
    expect(Object.keys(expected).toSorted()).toEqual(routesOfTheCode().toSorted()));

  test('answer every kind of caller at every route as docs/http.md says', async () => {
    const callers = await makeCallers('ours', world.ports);
    await expectMatrix({
      ...{ callers, example },
      newThings: () => addThings(world.mongo, { tenant: 'ours', example }),
      send: async ({ method, path, body }, { authorization, query = '' }) => {
        const { status, headers, text } = await world.ask({
          ...{ method, target: `${path}${query}` },
          headers: [
            ...(body === undefined ? [] : [['content-type', 'application/json'] as const]),
            ...(authorization === undefined ? [] : [['Authorization', authorization] as const]),
          ],
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        return { status, mediaType: headers['content-type'] ?? '', text };
      },
    });
  });

  test('show and change nothing that is not the caller’s, break at nothing and seek with no operator, whatever 5,000 hostile requests say', async () => {
    expectHarmless(await sendHostile(world, { runs: 5000, seed: 22 }));
  });
});
