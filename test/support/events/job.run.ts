import * as z from 'zod';
import { DuplicateKeyError, defineEvent, PermanentError, rejected } from '#sluice';

/** What a test says of a machine; one of which nothing is said runs every job. */
export interface Machine {
  machine: string;
  state: 'good' | 'full' | 'broken';
}

export interface Job {
  jobId: string;
  machine: string;
  pieces: number;
  place: string;
  history: { place: string; at: Date }[];
}

/** Succeeds, is rejected or fails as the document of its machine says when it runs: a failure can be mended and replayed. */
export default defineEvent({
  type: 'job.run',
  summary: 'A job ran on a machine',
  data: z.strictObject({
    jobId: z.uuid(),
    machine: z
      .string()
      .regex(/^[a-z0-9-]+$/)
      .max(64),
    pieces: z.int().min(1).max(99),
  }),
  example: { jobId: '7d9f2c1e-64b3-4c8a-8f15-2e0b9a7c4d33', machine: 'press', pieces: 2 },
  collections: { jobs: { unique: [['jobId']] }, machines: { unique: [['machine']] } },
  projections: {
    'pieces-made': { kind: 'counter', keepDays: 30 },
    'busiest-machines': { kind: 'sorted-set', keepDays: 30 },
  },

  async handle({ data, recordedtime }, context) {
    const { jobId, machine, pieces } = data;
    const known = await context.collection<Machine>('machines').findOne({ machine });
    if (known?.state === 'full') return rejected(`machine-full:${machine}`);
    if (known?.state === 'broken') throw new PermanentError(`machine ${machine} is broken`, { code: 'machine-broken' });
    const at = new Date(recordedtime);
    try {
      await context.collection<Job>('jobs').insertOne({ ...data, place: 'made', history: [{ place: 'made', at }] });
    } catch (error) {
      if (error instanceof DuplicateKeyError) return rejected('job-exists');
      throw error;
    }
    context.project('pieces-made').incrby(recordedtime.slice(0, 10), pieces);
    context.project('busiest-machines').zincrby('all-time', pieces, machine);
    return { jobId, place: 'made', pieces };
  },
});
