import * as z from 'zod';
import { defineEvent, RetryLaterError, rejected } from '#sluice';

/** Where a job must be before it comes to a place. */
const before = { checked: 'made', packed: 'checked', sent: 'packed', returned: 'sent' } as const;

/** What this event needs to know of a job; job.run writes the whole of it. */
interface Job {
  jobId: string;
  place: string;
  history: { place: string; at: Date }[];
}

/** The moves of one job stay in order; one that comes before its job is tried again. */
export default defineEvent({
  type: 'job.moved',
  summary: 'A job came to another place',
  data: z.strictObject({ jobId: z.uuid(), place: z.enum(['checked', 'packed', 'sent', 'returned']) }),
  example: { jobId: '7d9f2c1e-64b3-4c8a-8f15-2e0b9a7c4d33', place: 'checked' },
  collections: { jobs: { unique: [['jobId']] } },
  projections: { 'jobs-at': { kind: 'set', keepDays: 30 } },
  orderedBy: ({ jobId }) => jobId,
  retry: { attempts: 10 },

  async handle({ data: { jobId, place }, recordedtime }, context) {
    const jobs = context.collection<Job>('jobs');
    const job = await jobs.findOneAndUpdate(
      { jobId, place: before[place] },
      { $set: { place }, $push: { history: { place, at: new Date(recordedtime) } } },
    );
    if (!job) {
      const found = await jobs.findOne({ jobId });
      if (found) return rejected(`illegal-move:${found.place}-to-${place}`);
      throw new RetryLaterError(Math.min(2 ** context.attempt, 300), `job ${jobId} is not known yet`, {
        code: 'job-unknown',
      });
    }
    context.project('jobs-at').sadd(place, jobId);
    return { jobId, from: job.place, to: place };
  },
});
