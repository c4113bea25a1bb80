import { z } from 'zod';
import type { Quota } from '../../lib/core/access/policies.ts';
import { catalogueOf } from '../../lib/core/catalogue.ts';
import { eventKey } from '../../lib/core/event-key.ts';
import { decodeMessage, type Message } from '../../lib/core/message.ts';
import { type PostEventsPorts, postEvents } from '../../lib/http/post-events.ts';
import { createLimits } from '../../lib/limits/charge.ts';
import { memoryRates } from '../../lib/limits/memory-rates.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import type { Log } from '../../lib/sdk/log.ts';
import { allLoaded } from './all-loaded.ts';
import { type Answered, call, type Sent } from './api-gateway.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { type MemoryClaims, memoryClaims } from './memory-claims.ts';
import { type MemoryMetrics, memoryMetrics } from './memory-metrics.ts';
import { type MemoryRates, memoryRatesOf } from './memory-rates.ts';
import { type MemoryResults, memoryResults } from './memory-results.ts';
import { type RecordingQueue, recordingQueue } from './recording-queue.ts';
import { served } from './served.ts';

const made = { summary: 'A type of the tests', handle: async () => undefined };

/** Types of the tests: one with data of a known form, one that takes anything, one in order, one whose code is broken. */
export const catalogue = catalogueOf([
  defineEvent({
    ...made,
    type: 'parcel.sent',
    data: z.strictObject({
      parcel: z.string().max(100),
      lines: z.array(z.strictObject({ part: z.string(), 'a/b~c d': z.number().optional() })).optional(),
    }),
    example: { parcel: 'p-1' },
  }),
  defineEvent({ ...made, type: 'anything.happened', data: z.unknown(), example: {} }),
  defineEvent({
    ...made,
    type: 'parcel.moved',
    data: z.strictObject({ parcel: z.string().transform((text) => text.toLowerCase()), to: z.string() }),
    example: { parcel: 'p-1', to: 'Kiel' },
    orderedBy: ({ parcel }) => parcel,
  }),
  defineEvent({
    ...made,
    type: 'broken.code',
    data: z.unknown().refine(() => {
      throw new Error('a secret of ours');
    }),
    example: {},
  }),
]);

export interface IngestWorld {
  readonly clock: FakeClock;
  readonly claims: MemoryClaims;
  readonly rates: MemoryRates;
  readonly results: MemoryResults;
  readonly queue: RecordingQueue;
  readonly metrics: MemoryMetrics;
  readonly ports: PostEventsPorts;
  readonly logged: { level: keyof Log; message: string }[];
  /** The same lines with what else they say. */
  readonly lines: Record<string, unknown>[];
  /** POST /events. An object is sent as plain JSON. */
  post(body: unknown, headers?: Readonly<Record<string, string>>, sent?: Sent): Promise<Answered>;
  messages(): Message[];
  /** Says that the consumer settled this event. */
  settle(event: { id: string; source?: string }, how?: { withEvent?: boolean; fingerprint?: string }): void;
  key(id: string, source?: string): string;
}

/** @param limits those of `rates`, whose tokens a test says; `kept`: of keys as they say, on the clock of this world */
export function ingestWorld(
  changed: Partial<PostEventsPorts> = {},
  { kept = false, rateLimit }: { kept?: boolean; rateLimit?: Quota } = {},
): IngestWorld {
  const clock = fakeClock();
  const claims = memoryClaims(clock);
  const rates = memoryRatesOf(Number.POSITIVE_INFINITY);
  const results = memoryResults();
  const queue = recordingQueue();
  const metrics = memoryMetrics();
  const logged: IngestWorld['logged'] = [];
  const lines: IngestWorld['lines'] = [];
  const at = (level: keyof Log) => (message: string, details?: Record<string, unknown>) => {
    logged.push({ level, message });
    lines.push({ level, message, ...details });
  };
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const queueUrlPrefix = 'https://sqs.eu-central-1.amazonaws.com/123456789012/sluice-test-';
  const ports = {
    catalogue: allLoaded(catalogue),
    claims,
    results,
    publisher: queue,
    clock,
    log,
    metrics,
    queueUrlPrefix,
    ...changed,
  };
  const inMemory = memoryRates(clock);
  const charging = { rates: kept ? memoryRates(clock) : rates, inMemory, log, rateLimit, environments: 10 };
  const handler = served(postEvents(ports), log, { limits: async () => createLimits(charging), chargesItself: true });
  const key = (id: string, source = '/tenants/local') => eventKey('local', source, id);
  const messages = () => queue.published.map(({ body }) => decodeMessage(body));
  return {
    clock,
    claims,
    rates,
    results,
    queue,
    metrics,
    ports,
    logged,
    lines,
    key,
    messages,
    post: (body, headers = {}, sent = {}) =>
      call(handler, {
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
        ...sent,
      }),
    settle: ({ id, source }, { withEvent = true, fingerprint } = {}) => {
      const message = messages().find((one) => one.id === id);
      if (!message) throw new Error(`no message ${id}`);
      const outcome = 'succeeded' as const;
      results.outcomes.set(key(id, source), { outcome, fingerprint: fingerprint ?? message.fingerprint, replay: 0 });
      if (!withEvent) return;
      const { type, time, recordedtime, extensions } = message;
      results.settled.set(key(id, source), {
        id,
        source: message.source,
        type,
        time,
        recordedtime,
        extensions,
        status: outcome,
        attempts: [{ at: recordedtime, outcome }],
        result: { done: true },
      });
    },
  };
}
