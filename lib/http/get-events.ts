import { boundsOf, defaultSource, waiterOf } from '../core/access/identity.ts';
import { statuses } from '../core/outcome.ts';
import { type StatusPorts, settledStatusOf, statusOf } from '../results/results.ts';
import { viewOfRecord } from '../results/view.ts';
import { allMarked, type Marks } from '../sdk/sensitive-marks.ts';
import type { Handlers, HttpHandler } from './http-function.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { oneOf, parameter, readListFilter } from './list-filter.ts';
import { listSettled } from './list-settled.ts';
import { pageAnswer } from './page-answer.ts';
import { waitPreference } from './prefer.ts';
import { ownReach } from './reach.ts';
import type { HttpRequest } from './request.ts';
import { seenBy } from './seen-by.ts';

export interface QueryPorts extends StatusPorts {
  /** What is sensitive in data of this type; of one that nobody declares all of it. */
  marksOfType(type: string): Promise<Marks | undefined>;
}

/** Events as they stand (docs/http.md section 3). */
export const getEvents = (ports: QueryPorts): Handlers<'GET /events' | 'GET /events/{id}'> => ({
  'GET /events': listEvents(ports),
  'GET /events/{id}': getEvent(ports),
});

const getEvent =
  (ports: QueryPorts): HttpHandler =>
  async (request, identity) => {
    const { tenant } = identity;
    const until = ports.clock.now();
    const source = parameter(request.query, 'source') ?? defaultSource(tenant);
    const asked = { tenant, ...boundsOf(identity), id: idOf(request), source };
    const wait = waitPreference(request.headers.prefer);
    const view = await (wait === undefined
      ? statusOf(asked, ports)
      : settledStatusOf(asked, { waiter: waiterOf(identity), until: until + wait * 1000 }, ports));
    return {
      status: 200,
      ...(wait !== undefined && { headers: { 'preference-applied': `wait=${wait}` } }),
      body: seenBy(identity, view, 'data' in view ? await ports.marksOfType(view.type) : undefined),
    };
  };

/** In the path, or behind `~` in the query, where any id fits. */
function idOf({ pathParameters, query }: HttpRequest): string {
  const { id = '' } = pathParameters;
  const asked = parameter(query, 'id');
  if (id !== '~' && asked !== undefined)
    throw invalidParameter('id', 'stands in the path; it goes with /events/~ alone');
  const found = id === '~' ? asked : id;
  if (!found) throw invalidParameter('id', 'is missing: /events/~?id=<id>');
  return found;
}

const listEvents = (ports: StatusPorts): HttpHandler => {
  const [newest, settled] = [listNewest(ports), listSettled(ports)];
  return (request, ...caller) =>
    oneOf(request.query, 'order', ['settled']) ? settled(request, ...caller) : newest(request, ...caller);
};

const listNewest =
  ({ events }: StatusPorts): HttpHandler =>
  (request, identity) => {
    const status = oneOf(request.query, 'status', statuses);
    if (status === 'accepted') {
      throw invalidParameter(
        'status',
        'cannot be accepted: the list has what consumers have seen; ask for the event by its id',
      );
    }
    const filter = { ...readListFilter(request), ...(status && { status }) };
    return pageAnswer(
      request,
      { list: 'events', reach: ownReach(identity), filter },
      (asked) => events.list(identity, asked),
      ({ data: _, result: __, ...listed }) => seenBy(identity, viewOfRecord(listed), allMarked),
    );
  };
