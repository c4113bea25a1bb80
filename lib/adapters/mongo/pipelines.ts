import { membersOf, plainCopy, type Refuse } from './plain.ts';

/**
 * Stages that make something of the documents that come in, and of nothing else; any other could reach beyond the tenant
 * (protocol: bound-collections).
 */
const reading: ReadonlySet<string> = new Set([
  '$addFields',
  '$bucket',
  '$bucketAuto',
  '$count',
  '$densify',
  '$facet',
  '$fill',
  '$group',
  '$limit',
  '$match',
  '$project',
  '$redact',
  '$replaceRoot',
  '$replaceWith',
  '$sample',
  '$set',
  '$setWindowFields',
  '$skip',
  '$sort',
  '$sortByCount',
  '$unset',
  '$unwind',
]);

/** https://www.mongodb.com/docs/manual/tutorial/update-documents-with-aggregation-pipeline/ */
const changing: ReadonlySet<string> = new Set([
  '$addFields',
  '$project',
  '$replaceRoot',
  '$replaceWith',
  '$set',
  '$unset',
]);

/** Whether a path leads to what Sluice gives to every document. */
export const isOurs = (path: string): boolean => /^(tenant|_id)(\.|$)/.test(path);

/**
 * The stages of an aggregation as they may be sent, without the one that keeps them within the tenant.
 * @param refuse is told what could reach around that
 */
export function readingStages(given: unknown, path: string, refuse: Refuse): Record<string, unknown>[] {
  return stagesOf(given, path, refuse).map(([name, value], index) => {
    if (!reading.has(name)) refuse(`${name} could reach beyond the tenant or the transaction and is refused`);
    if (name !== '$facet') return { [name]: stageOf(value, `${path}.${index}.${name}`, refuse) };
    const facets = membersOf(value, `${path}.${index}.$facet`, refuse).map(([facet, stages]) => {
      return [facet, readingStages(stages, `${path}.${index}.$facet.${facet}`, refuse)] as const;
    });
    return { $facet: Object.fromEntries(facets) };
  });
}

/**
 * The stages of an update as they may be sent, without the one that keeps the tenant.
 * @param inserts whether it makes a document where none is found: what replaces it whole would give it an `_id`
 * @param refuse is told what would change the tenant or `_id`, or reach further than the document
 */
export function changingStages(
  given: unknown,
  path: string,
  inserts: boolean,
  refuse: Refuse,
): Record<string, unknown>[] {
  return stagesOf(given, path, refuse).map(([name, value], index) => {
    if (!changing.has(name)) refuse(`${name} is no stage of an update`);
    if (inserts && name.startsWith('$replace')) refuse(`${name} cannot be combined with upsert`);
    const stage = stageOf(value, `${path}.${index}.${name}`, refuse);
    const fields = name === '$unset' ? [stage].flat() : typeof stage === 'object' ? Object.keys(stage ?? {}) : [];
    if (fields.some((field) => isOurs(String(field)))) refuse('tenant and _id cannot be changed');
    return { [name]: stage };
  });
}

function stagesOf(given: unknown, path: string, refuse: Refuse): [name: string, value: unknown][] {
  if (!Array.isArray(given)) return refuse(`${path} is no array of stages`);
  return Array.from({ length: given.length }, (_, index) => {
    const [stage, more] = membersOf(given[index], `${path}.${index}`, refuse);
    return stage && !more ? stage : refuse(`${path}.${index}: a stage has one name`);
  });
}

function stageOf(value: unknown, path: string, refuse: Refuse): unknown {
  const stage = plainCopy(value, path, 'refused', refuse);
  refuseCode(stage, refuse);
  return stage;
}

/** Operators that run code, and those that only servers among themselves know. @param value a plain copy */
export function refuseCode(value: unknown, refuse: Refuse): void {
  if (typeof value !== 'object' || value === null) return;
  for (const name of Object.keys(value)) {
    if (/^\$(where|function|accumulator|_.*)$/.test(name))
      refuse(`${name} could reach beyond the tenant or the transaction and is refused`);
    refuseCode(Reflect.get(value, name), refuse);
  }
}
