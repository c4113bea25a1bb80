import * as z from 'zod';
import { defineEvent } from '#sluice';

/** All reports of what is probably one fault. */
export interface ErrorGroup {
  fingerprint: string;
  name: string;
  /** Of the first report, as it was sent. */
  message: string;
  stack?: string;
  count: number;
  firstSeenAt: Date;
  lastSeenAt: Date;
  lastRelease?: string;
  lastPage?: string;
}

const data = z.strictObject({
  /** `error.name` */
  name: z.string().min(1).max(100),
  message: z.string().max(2000),
  stack: z.string().max(16_000).optional(),
  page: z.string().max(512).optional(),
  release: z.string().max(64).optional(),
  userAgent: z.string().max(512).optional(),
});

export default defineEvent({
  type: 'error.reported',
  summary: 'A client met an error of its own; reports of one fault are grouped by fingerprint',
  data,
  example: {
    name: 'TypeError',
    message: "Cannot read properties of undefined (reading 'price')",
    stack:
      "TypeError: Cannot read properties of undefined (reading 'price')\n    at renderCart (https://shop.example.com/assets/cart.8f3a1c.js:114:27)\n    at update (https://shop.example.com/assets/app.77ab02.js:31:9)",
    page: '/cart',
    release: '2026.11.2',
    userAgent: 'Mozilla/5.0',
  },
  collections: {
    errorGroups: {
      unique: [['fingerprint']],
      indexes: [['-lastSeenAt'], ['-count']],
      expire: { field: 'lastSeenAt', afterSeconds: 90 * 24 * 3600 },
    },
  },
  projections: { 'error-rates': { kind: 'hash', keepDays: 30 } },
  // A fault in a client comes a thousand times at once and always to the same group, so groups are written once per batch.
  queue: { batchSize: 100, batchWindow: 1, concurrency: 5 },

  async handleBatch(events, context) {
    const reports = await Promise.all(
      events.map(async (event) => ({ event, fingerprint: await fingerprintOf(event.data) })),
    );
    for (const { event } of reports) {
      const { recordedtime } = event;
      context.project('error-rates', event).hincrby(recordedtime.slice(0, 10), recordedtime.slice(11, 13), 1);
    }

    const groups = Map.groupBy(
      reports.toSorted((a, b) => (a.event.recordedtime < b.event.recordedtime ? -1 : 1)),
      ({ fingerprint }) => fingerprint,
    );
    await context.collection<ErrorGroup>('errorGroups').bulkWrite(
      [...groups]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([fingerprint, members]) => ({
          updateOne: { filter: { fingerprint }, update: updateFor(members.map(({ event }) => event)), upsert: true },
        })),
    );
    return reports.map(({ fingerprint }) => ({ group: fingerprint }));
  },
});

type Report = z.output<typeof data>;

/** One update for reports of one group, the oldest first. */
function updateFor(reports: readonly { data: Report; recordedtime: string }[]) {
  const [first, last] = [reports[0], reports.at(-1)];
  if (!first || !last) throw new Error('a group has at least one report');
  const { name, message, stack } = first.data;
  const { release, page } = last.data;
  return {
    $setOnInsert: { name, message, ...(stack !== undefined && { stack }) },
    $set: { ...(release !== undefined && { lastRelease: release }), ...(page !== undefined && { lastPage: page }) },
    $inc: { count: reports.length },
    $min: { firstSeenAt: new Date(first.recordedtime) },
    $max: { lastSeenAt: new Date(last.recordedtime) },
  };
}

/** A message without what differs from one occurrence to the next: ids, addresses, hashes and numbers. */
export const withoutVariables = (message: string): string =>
  message
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, '<id>')
    .replace(/\bhttps?:\/\/\S+/gi, '<url>')
    .replace(/\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)[0-9a-f]{8,}\b/gi, '<hex>')
    .replace(/\d+/g, '<n>')
    .replace(/\s+/g, ' ')
    .trim();

/**
 * The three innermost frames as functions and files, without line, column, host and build hash, so that a deployment does not make
 * a new group. Reads the stacks of V8 (`at f (file:1:2)`) and of Firefox and Safari (`f@file:1:2`).
 */
export function topFrames(stack: string): string[] {
  return stack
    .split('\n')
    .map(
      (frame) =>
        /^\s*at (?:(?<f>.+?) \()?(?<file>[^()]+?):\d+:\d+\)?$|^(?<g>[^@]*)@(?<path>.+?):\d+:\d+$/.exec(frame)?.groups,
    )
    .filter((groups) => groups !== undefined)
    .slice(0, 3)
    .map(({ f, file, g, path }) => `${f || g || '<anonymous>'} ${fileName(file ?? path ?? '')}`);
}

/** `https://cdn.example.com/assets/cart.8f3a1c.js?v=2` -> `cart.js` */
const fileName = (url: string): string =>
  (url.split(/[?#]/)[0]?.split('/').at(-1) ?? '').replace(/[.-](?=[\w]*\d)\w{6,}(?=\.\w+$)/, '');

/** @returns the first 32 hex digits of SHA-256 over what two reports of one fault have in common */
export async function fingerprintOf({
  name,
  message,
  stack,
}: Pick<Report, 'name' | 'message' | 'stack'>): Promise<string> {
  const text = [name, withoutVariables(message), ...topFrames(stack ?? '')].join('\n');
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(digest).toString('hex').slice(0, 32);
}
