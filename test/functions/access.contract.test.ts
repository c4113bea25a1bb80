import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCallers } from '../support/access/callers.ts';
import { type Deployed, deploy, TYPE } from '../support/access/deployed.ts';
import { expected } from '../support/access/expected.ts';
import { expectMatrix, routesOfTheCode } from '../support/access/matrix.ts';
import { addThings } from '../support/access/things.ts';
import noteKept from '../support/events/note.kept.ts';

const example = { type: TYPE, data: noteKept.example };
let world: Deployed;
beforeAll(async () => {
  world = await deploy();
});
afterAll(() => world.stop());

test('every route is in the table of expectations, and no other', () =>
  expect(Object.keys(expected).toSorted()).toEqual(routesOfTheCode().toSorted()));

test('every kind of caller is answered at every route as docs/http.md says, by functions behind API Gateway', async () => {
  await expectMatrix({
    ...{ callers: await makeCallers('mine', world.ports), example },
    newThings: () => addThings(world.mongo, { tenant: 'mine', example }),
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
