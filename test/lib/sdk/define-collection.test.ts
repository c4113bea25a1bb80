import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineCollection } from '../../../lib/sdk/define-collection.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { DefinitionError } from '../../../lib/sdk/errors.ts';

test('a collection that is declared apart is named by an event type, and its handler knows it', () => {
  const jobs = defineCollection({
    unique: [['jobId']],
    indexes: [['-at']],
    expire: { field: 'at', afterSeconds: 3600 },
  });
  const definition = defineEvent({
    type: 'job.ended',
    summary: 'A job ended',
    data: z.strictObject({ jobId: z.string() }),
    example: { jobId: 'a' },
    collections: { jobs },
    async handle({ data }, context) {
      // @ts-expect-error a collection that is not declared
      const other = () => context.collection('job');
      return [await context.collection('jobs').findOne(data), other];
    },
  });
  expect(definition.collections.jobs).toBe(jobs);
  expect(Object.isFrozen(jobs)).toBe(true);
});

test('what it does not know is a fault to the compiler, and when it is loaded', () => {
  // @ts-expect-error an option that collections do not have
  const wrong = () => defineCollection({ uniqe: [['jobId']] });
  expect(wrong).toThrow('defineCollection: uniqe is not an option; known: unique, indexes, expire');
  expect(wrong).toThrow(DefinitionError);
  expect(() => defineCollection({ unique: [['no name']] })).toThrow('unique.0.0 must be a field name');
});
