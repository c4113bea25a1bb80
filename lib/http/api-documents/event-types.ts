import type { Catalogue } from '../../core/catalogue.ts';

/** One event type as `GET /event-types` shows it (http.md section 3). */
export interface EventTypeItem {
  type: string;
  summary: string;
  /** JSON Schema 2020-12 of what may be sent as `data`. */
  schema: Readonly<Record<string, unknown>>;
  /** Valid `data`. */
  example: unknown;
  ordered: boolean;
}

/** Every event type, sorted by name. */
export const eventTypeItems = (catalogue: Catalogue): { items: EventTypeItem[] } => ({
  items: catalogue.entries.map(({ definition: { type, summary, example }, jsonSchema, ordered }) => ({
    type,
    summary,
    schema: jsonSchema,
    example,
    ordered,
  })),
});
