import { expect } from 'vitest';
import { claims } from '../../../support/claims/claim.ts';
import { eventually } from '../../../support/eventually.ts';
import { startQueue } from './support.ts';

const { does } = claims('mapping', 'scaling');
const bodies = Array.from({ length: 12 }, (_, index) => String(index));

does(
  'services-sqs-scaling.html',
  'No more invocations at a time than the maximum concurrency, and that many when there is work',
  async (context) => {
    // The one shows how long the other had to go beyond its limit, however slow the machine is.
    const [limited, free] = [await startQueue(context), await startQueue(context)];
    const gate = Promise.withResolvers<null>();
    try {
      await Promise.all([limited, free].map((queue) => queue.send(bodies)));
      limited.start(() => gate.promise, { batchSize: 1, concurrency: 3 });
      free.start(() => gate.promise, { batchSize: 1, concurrency: 12 });
      await eventually(() =>
        expect([limited, free].map(({ invocations }) => invocations.length >= 3)).toEqual([true, true]),
      );
      await eventually(() => expect(free.invocations).toHaveLength(12));
      expect(limited.invocations).toHaveLength(3);
      gate.resolve(null);
      await eventually(() => expect(limited.handled().toSorted()).toEqual(bodies.toSorted()));
    } finally {
      gate.resolve(null);
    }
  },
);
