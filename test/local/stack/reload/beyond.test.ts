import { expect, test } from 'vitest';
import type { Shape } from '../../../../deploy/apart/shape.ts';
import { derive } from '../../../../deploy/template.ts';
import { catalogueOf } from '../../../../lib/core/catalogue.ts';
import { defineEvent } from '../../../../lib/sdk/define-event.ts';
import type { EventDefinition } from '../../../../lib/sdk/definition.ts';
import { beyondReload, missingIn } from '../../../../local/stack/reload/beyond.ts';
import { definitionOf } from '../../../support/definitions.ts';

const settings = { service: 'sluice', stage: 'local', origins: [], environment: { MONGODB_URI: 'x', REDIS_URL: 'y' } };
const shapeOf = async (...definitions: EventDefinition[]): Promise<Shape> => {
  const catalogue = catalogueOf(definitions);
  return { ...(await derive(settings, catalogue)), collections: catalogue.collections };
};
const a = defineEvent(definitionOf('a.done'));
const b = defineEvent(definitionOf('b.done'));

test('what is as it was needs no restart, also where a handler or a schema is another', async () => {
  const started = await shapeOf(a);
  const now = await shapeOf(
    defineEvent({ ...definitionOf('a.done'), summary: 'Another', handle: async () => ({ x: 1 }) }),
  );
  expect([beyondReload(now, started), missingIn(now, started)]).toEqual([undefined, []]);
});

test('a new event type is told by its function', async () => {
  const [started, now] = [await shapeOf(a), await shapeOf(a, b)];
  expect([beyondReload(now, started), missingIn(now, started)]).toEqual(['onBDone (new)', []]);
});

test('other queue options are told with the queue', async () => {
  const started = await shapeOf(a, b);
  const now = await shapeOf(a, defineEvent({ ...definitionOf('b.done'), queue: { batchSize: 3, timeout: 7 } }));
  expect(beyondReload(now, started)).toBe('onBDone (timeout, events), sluice-local-b-done');
  expect(missingIn(now, started)).toEqual([]);
});

test('an event type that is gone would be missed, and so would the queue of one that is ordered now', async () => {
  const started = await shapeOf(a, b);
  expect(missingIn(await shapeOf(a), started)).toEqual(['onBDone', 'sluice-local-b-done']);
  const ordered = defineEvent({ ...definitionOf('b.done'), orderedBy: ({ name }: { name: string }) => name });
  expect(missingIn(await shapeOf(a, ordered), started)).toEqual(['sluice-local-b-done']);
});
