import { describe, expect, test } from 'vitest';
import { createCopies } from '../../../lib/consume/copies.ts';

/** How many batches are looked up from now on, none of which is known. */
function lookedUp(copies: ReturnType<typeof createCopies>): number {
  let batches = 0;
  for (; copies.expected && batches < 100; batches++) copies.lookedUp(false);
  return batches;
}

describe('whether an environment expects copies (protocol: known-events-run-alone)', () => {
  test('it does at its beginning, until sixteen batches in a row had none', () => {
    const copies = createCopies();
    for (let batch = 0; batch < 15; batch++) copies.lookedUp(false);
    copies.lookedUp(true);
    expect(lookedUp(copies)).toBe(16);
    expect(copies.expected).toBe(false);
  });

  test('it does again once one came all the same', () => {
    const copies = createCopies();
    lookedUp(copies);
    copies.met();
    expect(lookedUp(copies)).toBe(16);
  });
});
