import type { Status } from '../core/outcome.ts';
import type { ListFilter, Page } from './page.ts';
import type { EventRecord } from './records.ts';

/** What GET needs of MongoDB; every read is filtered by tenant. */
export interface EventQueries {
  get(tenant: string, key: string): Promise<EventRecord | null>;
  list(tenant: string, filter: ListFilter & { status?: Status }): Promise<Page<EventRecord>>;
}
