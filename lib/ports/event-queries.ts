import type { Bounds } from '../core/access/key-entry.ts';
import type { Outcome, Status } from '../core/outcome.ts';
import type { ListFilter, Page } from './page.ts';
import type { EventRecord } from './records.ts';

export interface SettledFilter extends Omit<ListFilter, 'until'> {
  status?: Outcome;
}
/** Where to go on is always known: what settles later comes behind. */
export interface SettledPage extends Page<EventRecord> {
  next: string;
}

/** Which events may be seen: of one tenant, and within the bounds of a key. */
export interface Own extends Bounds {
  readonly tenant: string;
}

/** What GET needs of MongoDB; every read is filtered by what may be seen. */
export interface EventQueries {
  get(own: Own, key: string): Promise<EventRecord | null>;
  list(own: Own, filter: ListFilter & { status?: Status }): Promise<Page<EventRecord>>;
  /**
   * Final events by the time at which they settled, the oldest first, from `since`, or from now less what may be late.
   * @param now milliseconds since the epoch; the way to the next page stays a minute behind it
   */
  listSettled(own: Own, filter: SettledFilter, now: number): Promise<SettledPage>;
}
