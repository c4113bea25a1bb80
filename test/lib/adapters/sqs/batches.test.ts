import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planLanes } from '../../../../lib/adapters/sqs/batches.ts';
import { MAX_MESSAGE_BYTES } from '../../../../lib/core/message.ts';
import type { Publication } from '../../../../lib/ports/publisher.ts';

const publication = (queueUrl: string, body: string, group?: string): Publication => ({
  queueUrl,
  body,
  ...(group !== undefined && { group, deduplicationId: body }),
});

test('publications are cut by queue and by ten entries', () => {
  const lanes = planLanes([
    ...Array.from({ length: 21 }, (_, index) => publication('a', `a${index}`)),
    publication('b', 'b0'),
  ]);
  expect(lanes.map(({ queueUrl, batches }) => [queueUrl, batches.map((batch) => batch.length)])).toEqual([
    ['a', [10]],
    ['a', [10]],
    ['a', [1]],
    ['b', [1]],
  ]);
});

test('what is of several groups is one batch of a standard queue: its group keeps no order (protocol: fair-queues)', () => {
  const all = Array.from({ length: 10 }, (_, index) => ({ queueUrl: 'a', body: 'x', group: `tenant-${index}` }));
  expect(planLanes(all)).toEqual([
    { queueUrl: 'a', ordered: false, batches: [all.map((publication, place) => ({ place, publication }))] },
  ]);
});

test('a batch never exceeds 1,048,576 bytes in sum, counted in UTF-8', () => {
  const half = 'é'.repeat(MAX_MESSAGE_BYTES / 4);
  const lanes = planLanes([publication('a', half), publication('a', half), publication('a', 'x')]);
  expect(lanes.map(({ batches }) => batches.map((batch) => batch.length))).toEqual([[[2]], [[1]]].flat());
});

test('a few groups share one batch, so that few events cost one request', () => {
  const lanes = planLanes(['g1', 'g2', 'g3'].map((group) => publication('q.fifo', group, group)));
  expect(lanes).toHaveLength(1);
  expect(lanes[0]?.batches.map((batch) => batch.length)).toEqual([3]);
});

test('whatever is published, each publication lies in one place, and a group lies in one lane in its order', () => {
  const any = fc.record({
    queueUrl: fc.constantFrom('a', 'b.fifo', 'c.fifo'),
    body: fc.string({ minLength: 1, maxLength: 30 }),
    group: fc.constantFrom('g1', 'g2', 'g3', 'g4'),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 120 }), (all) => {
      const publications = all.map(({ queueUrl, body, group }) =>
        publication(queueUrl, body, queueUrl.endsWith('.fifo') ? group : undefined),
      );
      const lanes = planLanes(publications);
      const placed = lanes.flatMap(({ batches }) => batches.flat());
      expect(placed.map(({ place }) => place).toSorted((a, b) => a - b)).toEqual([...publications.keys()]);
      const laneOfGroup = new Map<string, number>();
      lanes.forEach((lane, number) => {
        const lastOfGroup = new Map<string, number>();
        for (const { place, publication: one } of lane.batches.flat()) {
          expect(one.queueUrl).toBe(lane.queueUrl);
          if (one.group === undefined) continue;
          const name = `${one.queueUrl} ${one.group}`;
          expect(laneOfGroup.get(name) ?? number).toBe(number);
          laneOfGroup.set(name, number);
          expect(place).toBeGreaterThan(lastOfGroup.get(name) ?? -1);
          lastOfGroup.set(name, place);
        }
      });
    }),
  );
});
