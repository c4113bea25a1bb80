import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openEngine } from './engine.ts';
import { appliedOn, batches } from './projections-together.ts';

it('of 10,000 events those that are applied together leave what they leave one after another', async () => {
  const engine = await openEngine();
  const connection = engine.connect();
  const aTenant = () => `${engine.run}-${randomBytes(4).toString('hex')}`;
  try {
    await fc.assert(
      fc.asyncProperty(batches(100), async (batch) => {
        const [together, alone] = await Promise.all([
          appliedOn(engine, connection, aTenant(), batch, true),
          appliedOn(engine, connection, aTenant(), batch, false),
        ]);
        expect(together).toEqual(alone);
      }),
      { numRuns: 100 },
    );
  } finally {
    await engine.stop();
  }
});
