import { TENANT_NAME } from '../core/access/key-entry.ts';
import { DATE_TIME } from '../core/date-time-pattern.ts';
import { failureCauses, failureStates, OPEN_STATES } from '../core/failure.ts';
import { outcomes, statuses } from '../core/outcome.ts';
import { auditActions } from '../ports/audit.ts';
import { CURSOR } from './list-cursor.ts';
import type { RouteKey } from './route.ts';

/** What openapi.json says of a parameter. Several words of a `list` are separated by commas. */
export interface QueryParameter {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly description: string;
  readonly list?: true;
  readonly required?: true;
}
export type QueryParameters = Readonly<Record<string, QueryParameter>>;

/** The most items of one page, and how many there are unless it is said. */
export const MAX_LIMIT = 200;
export const DEFAULT_LIMIT = 50;

const text = { type: 'string', minLength: 1 } as const;
const time = { type: 'string', format: 'date-time', pattern: DATE_TIME } as const;

/** What every list takes. */
const paging = {
  limit: {
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
    description: 'Most items in one page',
  },
  cursor: {
    schema: { type: 'string', pattern: CURSOR },
    description: '`next` of a page of this list, with the same filter; any other is `invalid-parameter`',
  },
} as const satisfies QueryParameters;

const type = { schema: text, description: 'Only of this event type' } as const satisfies QueryParameter;
const since = { schema: time, description: 'Received at this time or later' } as const satisfies QueryParameter;
const source = { schema: text, description: "The event's source, when it was sent with one" } as const;

/** What a list of events or failures takes. */
const listing = {
  type,
  since,
  until: { schema: time, description: 'Received before this time' },
  ...paging,
} as const satisfies QueryParameters;

const failures = {
  ...listing,
  status: {
    schema: { type: 'array', minItems: 1, items: { enum: failureStates }, default: OPEN_STATES },
    description: 'Only in one of these states',
    list: true,
  },
  cause: { schema: { enum: failureCauses }, description: 'Only with this cause' },
  code: { schema: text, description: 'Only with this code' },
  group: { schema: text, description: 'Only of this group' },
  source: { schema: text, description: 'Only of events with this source' },
} as const satisfies QueryParameters;

const audit = {
  since: { schema: time, description: 'Done at this time or later' },
  until: { schema: time, description: 'Done before this time' },
  by: { schema: text, description: 'Only by the key with this id or name' },
  action: { schema: { enum: auditActions }, description: 'Only this action' },
  ...paging,
} as const satisfies QueryParameters;

/**
 * Ways to ask a route, by the path under which openapi.json has each: it cannot say that a parameter needs or forbids another. What
 * stands behind `#` is never sent.
 */
type Ways = Readonly<Record<string, QueryParameters>>;

/** Whatever a route takes in its query; one that is not here takes nothing. */
const byRoute: Readonly<Partial<Record<RouteKey, Ways>>> = {
  'GET /events': {
    '/events': {
      ...listing,
      status: {
        schema: { enum: statuses.filter((status) => status !== 'accepted') },
        description: 'Only with this status',
      },
    },
    '/events#settled': {
      type,
      since: { ...since, description: 'Settled at this time or later' },
      ...paging,
      status: { schema: { enum: outcomes }, description: 'Only with this outcome' },
      order: {
        schema: { enum: ['settled'] },
        description: 'Final events in the order in which they settled, to be followed',
        required: true,
      },
    },
  },
  'GET /events/{id}': {
    '/events/{id}': { source },
    '/events/~': { id: { schema: text, description: 'The id, whatever is in it', required: true }, source },
  },
  'GET /failures': { '/failures': failures },
  'GET /failures/groups': { '/failures/groups': failures },
  'GET /replays': { '/replays': paging },
  'GET /keys': { '/keys': paging },
  'GET /audit': { '/audit': audit },
};

/** What `tenant` is in a list of what all tenants have. */
export const EVERY_TENANT = '*';

const ofTenant = (pattern: string, description: string): QueryParameters => ({
  tenant: {
    schema: { type: 'string', pattern },
    description: `For keys with the scope \`operator\` alone: ${description}`,
  },
});
const ofOne = ofTenant(`^${TENANT_NAME}$`, "of this tenant instead of the key's own");
const ofAny = ofTenant(
  `^(?:[*]|${TENANT_NAME})$`,
  "of this tenant instead of the key's own; `*` is of all and of nobody, and items then carry `tenant`",
);

/** Routes that take no other tenant: what is sent is the key's own, the body names one, or anyone may ask. */
const ofNone: ReadonlySet<RouteKey> = new Set(['POST /events', 'POST /keys', 'GET /health']);
const ofAll: ReadonlySet<RouteKey> = new Set([
  'GET /failures',
  'GET /failures/groups',
  'GET /replays',
  'GET /keys',
  'GET /audit',
]);

const tenantAt = (route: RouteKey): QueryParameters => (ofNone.has(route) ? {} : ofAll.has(route) ? ofAny : ofOne);

/** The parameters of a route, by name: what it reads, what is refused, and what openapi.json says are all of this. */
export const queryParametersOf = (route: RouteKey): QueryParameters => ({
  ...Object.fromEntries(Object.values(byRoute[route] ?? {}).flatMap((way) => Object.entries(way))),
  ...tenantAt(route),
});

/** Those of one way to ask it. @param way as openapi.json has it */
export const queryParametersAt = (route: RouteKey, way: string): QueryParameters => ({
  ...byRoute[route]?.[way],
  ...tenantAt(route),
});
