import { failureCauses, failureStates, OPEN_STATES } from '../core/failure.ts';
import { statuses } from '../core/outcome.ts';
import type { RouteKey } from './route.ts';

/** What openapi.json says of a parameter. Several words of a `list` are separated by commas. */
export interface QueryParameter {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly description: string;
  readonly list?: true;
}
export type QueryParameters = Readonly<Record<string, QueryParameter>>;

/** The most items of one page, and how many there are unless it is said. */
export const MAX_LIMIT = 200;
export const DEFAULT_LIMIT = 50;

const text = { type: 'string', minLength: 1 } as const;
const time = { type: 'string', format: 'date-time' } as const;

/** What every list takes. */
const paging = {
  limit: {
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
    description: 'Most items in one page',
  },
  cursor: { schema: text, description: '`next` of the page before, with the same filter' },
} as const satisfies QueryParameters;

/** What a list of events or failures takes. */
const listing = {
  type: { schema: text, description: 'Only of this event type' },
  since: { schema: time, description: 'Received at this time or later' },
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

/** Whatever a route takes in its query; one that is not here takes nothing. */
const byRoute: Readonly<Partial<Record<RouteKey, QueryParameters>>> = {
  'GET /events': {
    ...listing,
    status: {
      schema: { enum: statuses.filter((status) => status !== 'accepted') },
      description: 'Only with this status',
    },
    order: {
      schema: { enum: ['settled'] },
      description: 'Final events in the order in which they settled, to be followed',
    },
  },
  'GET /events/{id}': {
    id: { schema: text, description: 'The id, where the path is `~`' },
    source: { schema: text, description: "The event's source, when it was sent with one" },
  },
  'GET /failures': failures,
  'GET /failures/groups': failures,
  'GET /replays': paging,
};

/** The parameters of a route, by name: what it reads, what is refused, and what openapi.json says are all of this. */
export const queryParametersOf = (route: RouteKey): QueryParameters => byRoute[route] ?? {};
