import { isDeepStrictEqual } from 'node:util';
import type { Shape } from '../../../deploy/apart/shape.ts';

type Queues = ReadonlyMap<string, unknown>;

/**
 * What runs and would have no place any more: functions and queues that the sources do not declare. New code would send to other queues,
 * and look for event types that are gone.
 */
export function missingIn(now: Shape, started: Shape): string[] {
  const queues = queuesOf(now);
  return [
    ...Object.keys(started.functions).filter((key) => !(key in now.functions)),
    ...[...queuesOf(started).keys()].filter((name) => !queues.has(name)),
  ];
}

/**
 * What only a restart brings, because it is made when the stack starts: functions, queues, routes, mappings and environments.
 * @returns `onCartAbandoned (new), onParcelSent (timeout, events)`; undefined where there is none
 */
export function beyondReload(now: Shape, started: Shape): string | undefined {
  const added = Object.keys(now.functions).filter((key) => !(key in started.functions));
  const changed = Object.entries(now.functions).flatMap(([key, one]) => {
    const before = started.functions[key];
    if (!before) return [];
    const other = (['timeout', 'environment', 'events'] as const).filter(
      (field) => !isDeepStrictEqual(comparable(one[field]), comparable(before[field])),
    );
    return other.length > 0 ? [`${key} (${other.join(', ')})`] : [];
  });
  const before = queuesOf(started);
  const queues = [...queuesOf(now)]
    .filter(([name, properties]) => before.has(name) && !isDeepStrictEqual(properties, before.get(name)))
    .map(([name]) => name);
  const all = [...added.map((key) => `${key} (new)`), ...changed, ...queues];
  return all.length > 0 ? all.join(', ') : undefined;
}

/** By name what says how messages are handled: who may redrive from a queue means nothing here. */
const queuesOf = ({ resources }: Shape): Queues =>
  new Map(
    Object.values(resources.Resources)
      .filter(({ Type }) => Type === 'AWS::SQS::Queue')
      .map(({ Properties: { RedriveAllowPolicy: _, ...properties } }) => [
        String(properties.QueueName),
        comparable(properties),
      ]),
  );

/** As it comes from another thread, without what is undefined; and without the list of types, as a new one is told by its function. */
const comparable = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (name, inner) => (name === 'EVENT_TYPES' ? undefined : inner)));
