import { expect, test } from 'vitest';
import { read } from '../../support/repository.ts';

test('the README shows an event file of the shop as it stands, but for its comments', () => {
  const shown = /```ts\n([\s\S]*?)```/.exec(read('README.md'))?.[1];
  const file = read('functions/events/user.registered.ts').replace(/\n\s*\/\*\*.*?\*\//g, '');
  expect(shown).toBe(file);
});
