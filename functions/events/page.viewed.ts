import * as z from 'zod';
import { defineEvent } from '#sluice';

/** How often one page was seen on one day. */
export interface PageDay {
  day: string;
  page: string;
  views: number;
  firstViewedAt: Date;
  lastViewedAt: Date;
}

export default defineEvent({
  type: 'page.viewed',
  summary: 'A visitor saw a page; many of them become one daily roll-up',
  data: z.strictObject({
    /** `location.pathname`: a query or a fragment would make every visit a page of its own, and may carry secrets. */
    page: z
      .string()
      .max(512)
      .regex(/^\/[^?#\s]*$/),
    /** Random and kept by the client; no account, no address. */
    visitorId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
    /** Host of the page before, if it was another site's. */
    referrer: z.hostname().max(253).optional(),
  }),
  example: { page: '/products/desk-lamp', visitorId: 'v-7Hq2mXc0Tn9LrAe4', referrer: 'www.example.org' },
  collections: {
    pageDays: {
      unique: [['day', 'page']],
      indexes: [['page', '-day']],
      expire: { field: 'lastViewedAt', afterSeconds: 400 * 24 * 3600 },
    },
  },
  projections: {
    'page-views': { kind: 'hash', keepDays: 90 },
    'unique-visitors': { kind: 'hyperloglog', keepDays: 400 },
  },
  queue: { batchSize: 100, batchWindow: 1, concurrency: 10 },

  // No result: nobody waits for a page view.
  async handleBatch(events, context) {
    const rollUps = new Map<string, { day: string; page: string; views: number; first: Date; last: Date }>();
    for (const event of events) {
      const day = event.recordedtime.slice(0, 10);
      const page = withoutTrailingSlash(event.data.page);
      const at = new Date(event.recordedtime);
      const known = rollUps.get(`${day} ${page}`) ?? { day, page, views: 0, first: at, last: at };
      rollUps.set(`${day} ${page}`, {
        ...known,
        views: known.views + 1,
        first: at < known.first ? at : known.first,
        last: at > known.last ? at : known.last,
      });
      context.project('page-views', event).hincrby(day, page, 1);
      context.project('unique-visitors', event).pfadd(day, event.data.visitorId);
    }

    // One update per document, always in the same order: two batches with the same pages meet once and neither locks the other out.
    const sorted = [...rollUps].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rollUp]) => rollUp);
    await context.collection<PageDay>('pageDays').bulkWrite(
      sorted.map(({ day, page, views, first, last }) => ({
        updateOne: {
          filter: { day, page },
          update: { $inc: { views }, $min: { firstViewedAt: first }, $max: { lastViewedAt: last } },
          upsert: true,
        },
      })),
    );
    return undefined;
  },
});

/** `/products/` and `/products` are one page; `/` stays. */
export const withoutTrailingSlash = (page: string): string => page.replace(/(?<=.)\/+$/, '');
