import { expect, test } from 'vitest';
import { eventTypes } from '../../../deploy/event-types.ts';
import { loadExamples } from '../../../local/commands/demo/examples.ts';

test('the demo uses the shop on the shipped catalogue', async () => {
  expect(await loadExamples(eventTypes())).toMatchObject({ used: [{ types: eventTypes() }], leftOut: [] });
});
