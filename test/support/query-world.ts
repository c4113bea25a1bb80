import { DependencyError } from '../../lib/core/errors.ts';
import { eventKey } from '../../lib/core/event-key.ts';
import type { Status } from '../../lib/core/outcome.ts';
import { getEvents, type QueryPorts } from '../../lib/http/get-events.ts';
import type { Claim } from '../../lib/ports/claims.ts';
import type { EventQueries } from '../../lib/ports/event-queries.ts';
import type { ListFilter, Page } from '../../lib/ports/page.ts';
import type { EventRecord } from '../../lib/ports/records.ts';
import { SluiceError } from '../../lib/sdk/errors.ts';
import type { Marks } from '../../lib/sdk/sensitive-marks.ts';
import { type Answered, call, type Sent } from './api-gateway.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { isBound } from './is-reached.ts';
import { silentLog } from './log.ts';
import { type MemoryClaims, memoryClaims } from './memory-claims.ts';
import { type MemoryResults, memoryResults } from './memory-results.ts';
import { served } from './served.ts';

/** A record as a consumer leaves it, with what a test wants otherwise. */
export const recordOf = (fields: Partial<EventRecord> = {}): EventRecord => {
  const { tenant = 'local', source = `/tenants/${tenant}`, id = 'e' } = fields;
  return {
    _id: eventKey(tenant, source, id),
    tenant,
    source,
    id,
    type: 'parcel.sent',
    time: '2026-11-23T11:59:59Z',
    recordedtime: '2026-11-23T12:00:00.000Z',
    extensions: '{"extra":"x"}',
    data: '{"parcel":"p"}',
    fingerprint: 'f'.repeat(43),
    state: 'succeeded',
    replay: 0,
    attempts: [{ at: '2026-11-23T12:00:01.000Z', outcome: 'succeeded' }],
    result: '{"done":true}',
    ...fields,
  };
};

export interface QueryWorld {
  readonly clock: FakeClock;
  readonly ports: QueryPorts;
  readonly claims: MemoryClaims;
  readonly results: MemoryResults;
  readonly records: Map<string, EventRecord>;
  /** What is sensitive in data of a type. */
  readonly marks: Map<string, Marks>;
  mongoDown: boolean;
  /** What the list was asked for, and what it answers. */
  readonly asked: { tenant: string; filter: ListFilter & { status?: Status } }[];
  page: Page<EventRecord>;
  add(record: EventRecord): void;
  claim(id: string, fields?: Partial<Claim>): Promise<void>;
  get(path: string, headers?: Record<string, string>, sent?: Sent): Promise<Answered>;
}

export function queryWorld(): QueryWorld {
  const clock = fakeClock();
  const claims = memoryClaims(clock);
  const results = memoryResults();
  const records = new Map<string, EventRecord>();
  const up = () => {
    if (world.mongoDown) throw new DependencyError('mongodb', 'silent');
  };
  const events: EventQueries = {
    async get(own, key) {
      up();
      const record = records.get(key);
      return record?.tenant === own.tenant && isBound(own, record) ? record : null;
    },
    async listSettled({ tenant }, filter) {
      up();
      world.asked.push({ tenant, filter });
      if (filter.cursor === 'strange') throw new SluiceError('invalid-cursor', 'strange');
      return { items: world.page.items, next: world.page.next ?? 'next' };
    },
    async list({ tenant }, filter) {
      up();
      world.asked.push({ tenant, filter });
      if (filter.cursor === 'strange') throw new SluiceError('invalid-cursor', 'strange');
      return world.page;
    },
  };
  const ports: QueryPorts = {
    ...{ events, claims, results, clock, log: silentLog },
    marksOfType: async (type) => world.marks.get(type),
  };
  const handler = served(getEvents(ports));
  const world: QueryWorld = {
    clock,
    ports,
    claims,
    results,
    records,
    marks: new Map(),
    mongoDown: false,
    asked: [],
    page: { items: [], next: null },
    add: (record) => void records.set(record._id, record),
    async claim(id, fields = {}) {
      const { recordedtime, time, type, fingerprint } = recordOf();
      const claim = { owner: 'o'.repeat(22), confirmed: false, fingerprint, type, time, recordedtime, ...fields };
      const key = eventKey('local', '/tenants/local', id);
      await claims.claim([{ key, claim }]);
      if (claim.confirmed) await claims.confirm([{ key, claim }]);
    },
    get: (path, headers = {}, sent = {}) => {
      const id = /^\/events\/([^?]*)/.exec(path)?.[1];
      return call(handler, {
        method: 'GET',
        path,
        headers,
        ...(id !== undefined && { id: decodeURIComponent(id) }),
        ...sent,
      });
    },
  };
  return world;
}
