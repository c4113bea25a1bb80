import type { Command } from '../deployed.ts';

/**
 * Where a value may stand in what is sought in MongoDB, by collection: written by hand. An operator that a client sent would be at
 * another place, and so would an object in place of a text.
 */
const places: Readonly<Record<string, readonly string[]>> = {
  events: [
    ...['_id', 'tenant', 'state', 'state.$in', 'fingerprint', 'replay'],
    ...['type', 'type.$in', 'source', 'source.$in', 'recordedtime.$gte', 'recordedtime.$lt'],
    ...behind('recordedtime', '$lt'),
    ...behind('settledAt', '$gt'),
    ...upTo('recordedtime', '$gt'),
    ...upTo('settledAt', '$lt'),
  ],
  failures: [
    ...['_id', '_id.$in', 'tenant.$in', 'state', 'state.$in', 'replay', 'replayedAt', 'cause', 'code', 'group'],
    ...['type', 'type.$in', 'source', 'source.$in', 'recordedtime.$gte', 'recordedtime.$lt', 'byJobs.job.$in'],
    ...behind('recordedtime', '$lt'),
    ...behind('recordedtime', '$gt'),
    ...upTo('recordedtime', '$gt'),
    ...['$or.count', '$or.count.$lt', '$or._id.$gt'],
  ],
  replays: [
    ...['_id', 'tenant', 'tenant.$in', 'state'],
    ...behind('createdtime', '$lt'),
    ...['types', 'sources'].flatMap((bound) => [
      ...[`within.${bound}.$exists`, `within.${bound}.$not.$elemMatch.$nin`],
    ]),
  ],
  keys: [
    ...['_id', 'hash', 'tenant', '$or.hash', '$or.before.hash'],
    ...behind('createdtime', '$lt'),
    ...['_id.$in', 'lastUsed.$not.$gt'],
  ],
  tenants: ['_id'],
  audit: [
    ...['$and.tenant.$in', '$and.at.$gte', '$and.at.$lt', '$and.action', '$and.$or.by.key', '$and.$or.by.name'],
    ...behind('at', '$lt').map((place) => `$and.${place}`),
    ...['$and.$or.action.$in', '$and.$or.type.$in', '$and.$or.source.$in'],
  ],
};

/** The places of a position in a list by a time and `_id`, of what comes behind it. */
function behind(time: string, beyond: '$lt' | '$gt'): string[] {
  return [`$and.${time}.${beyond}e`, `$and.$or.${time}.${beyond}`, `$and.$or._id.${beyond}`];
}

/** The same, of what comes no later. */
function upTo(time: string, before: '$lt' | '$gt'): string[] {
  return [`$and.${time}.${before}e`, `$and.$or.${time}.${before}`, `$and.$or._id.${before}e`];
}

/** Places of a command's filters that are not among those, and values there that are no plain ones. */
export function strangeIn({ name, command }: Command): string[] {
  const collection = String(command[name]);
  const known = new Set(places[collection] ?? []);
  return filtersOf(name, command)
    .flatMap((filter) => [...valuesIn(filter)])
    .filter(({ place, value }) => !known.has(place) || !isPlain(value))
    .map(({ place, value }) => `${collection}: ${place} = ${String(value)}`);
}

function filtersOf(name: string, command: Command['command']): unknown[] {
  const listed = (member: string, of: string): unknown[] => {
    const all = command[member];
    return Array.isArray(all) ? all.map((one) => one[of]) : [];
  };
  switch (name) {
    case 'find':
      return [command.filter];
    case 'findAndModify':
    case 'distinct':
    case 'count':
      return [command.query];
    case 'aggregate':
      return listed('pipeline', '$match').filter((stage) => stage !== undefined);
    case 'update':
      return listed('updates', 'q');
    case 'delete':
      return listed('deletes', 'q');
    default:
      return [];
  }
}

/** `$or.before.hash` for every value in a filter that has no members. */
function* valuesIn(filter: unknown, place = ''): Generator<{ place: string; value: unknown }> {
  if (Array.isArray(filter)) for (const one of filter) yield* valuesIn(one, place);
  else if (isObject(filter) && Object.keys(filter).length > 0)
    for (const [name, value] of Object.entries(filter))
      yield* valuesIn(value, place === '' ? name : `${place}.${name}`);
  else if (place !== '') yield { place, value: filter };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isPlain = (value: unknown): boolean =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value) || value instanceof Date;
