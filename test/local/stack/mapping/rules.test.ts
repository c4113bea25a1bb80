import { expect } from 'vitest';
import { type MappingBounds, refuseMapping } from '../../../../local/stack/mapping/rules.ts';
import { claims } from '../../../support/claims/claim.ts';

const { does } = claims('mapping', 'declaration');
const create = 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html';
const standard = { queueArn: 'arn:aws:sqs:us-east-1:000000000000:work', batchSize: 10, batchWindow: 0, concurrency: 2 };
const ordered = { ...standard, queueArn: `${standard.queueArn}.fifo` };

for (const [what, bounds] of [
  ['batches of 0', { ...standard, batchSize: 0 }],
  ['batches over 10,000', { ...standard, batchSize: 10_001, batchWindow: 1 }],
  ['batches over 10 without a window', { ...standard, batchSize: 11 }],
  ['a window over 300 seconds', { ...standard, batchWindow: 301 }],
  ['a maximum concurrency of 1', { ...standard, concurrency: 1 }],
  ['a maximum concurrency over 1,000', { ...standard, concurrency: 1001 }],
  ['batches over 10 of an ordered queue', { ...ordered, batchSize: 11 }],
  ['a window on an ordered queue', { ...ordered, batchWindow: 1 }],
] as const satisfies [string, MappingBounds][])
  does(create, `A mapping with ${what} is InvalidParameterValueException`, () => {
    expect(() => refuseMapping(bounds)).toThrow('InvalidParameterValueException');
  });

does(create, 'Batches of 10,000, a window of 300 seconds and a maximum concurrency of 2 or 1,000 are accepted', () => {
  for (const concurrency of [2, 1000])
    expect(() => refuseMapping({ ...standard, batchSize: 10_000, batchWindow: 300, concurrency })).not.toThrow();
  expect(() => refuseMapping(ordered)).not.toThrow();
});
