import canonicalize from 'canonicalize';
import type { Catalogue, CatalogueEntry } from '../../lib/core/catalogue.ts';
import { ConfigError } from '../../lib/core/errors.ts';
import type { EventDefinition } from '../../lib/sdk/definition.ts';
import { type Kind, type Lock, listOf, MEANT, type Meant, olderSchemasOf, type Released } from './lock.ts';
import { narrowings } from './narrowings.ts';
import { type Order, orderOf } from './order.ts';

/** What a catalogue would do to events that a stage has accepted. */
export interface Change {
  type: string;
  /** To which it was released. */
  stage: string;
  kind: Kind;
  /** In words. */
  what: string;
}

/** @returns changes of what was released that may lose events; none where more is declared, or taken, than was */
export const changesOf = (lock: Lock, catalogue: Pick<Catalogue, 'get'>): Change[] =>
  Object.entries(lock.stages).flatMap(([stage, types]) =>
    Object.entries(types).flatMap(([type, released]) => {
      const entry = catalogue.get(type);
      const found: [Kind, string | undefined][] = entry
        ? [
            ['order', otherOrder(released.order, entry.definition)],
            ['data', notTaken(released, entry)],
          ]
        : [['removed', 'it has no event file any more']];
      return found.flatMap(([kind, what]) => (what === undefined ? [] : [{ type, stage, kind, what }]));
    }),
  );

/** Data that was accepted and is taken neither as it is nor as an older form (`upcast`), by what is wrong with it as it is. */
function notTaken({ data, upcast = [] }: Released, { definition, jsonSchema }: CatalogueEntry): string | undefined {
  const taken = [jsonSchema, ...olderSchemasOf(definition)];
  const faults = [data, ...upcast].flatMap((form, index) => {
    if (taken.some((one) => narrowings(form, one).length === 0)) return [];
    const what = narrowings(form, jsonSchema).join('; ');
    return [index === 0 ? what : `of an older form that upcast took, ${what}`];
  });
  return faults.join('; ') || undefined;
}

function otherOrder(released: Released['order'], definition: EventDefinition): string | undefined {
  const before = released && { ...released, example: released.example };
  const now = before ? orderOf(definition, before.example) : orderOf(definition, definition.example);
  if (!before && !now) return undefined;
  if (before && now && before.key === now.key && canonicalize(before.by) === canonicalize(now.by)) return undefined;
  return `it was ${orderWords(before)} and is ${orderWords(now)}`;
}

const orderWords = (order: Order | undefined): string =>
  order ? `ordered by ${order.by.join(' and ') || 'one key for all'} ("${order.key}" of its example)` : 'not ordered';

/**
 * Refuses changes that nobody means.
 * @param folder where event files lie, from the project
 * @throws ConfigError with what to do about each, and for what is meant and not there
 */
export function checkChanges(lock: Lock, meant: Meant, catalogue: Pick<Catalogue, 'get'>, folder: string): void {
  const changes = changesOf(lock, catalogue);
  const isMeant = ({ type, kind }: Change) => Object.hasOwn(meant, type) && (meant[type] ?? []).includes(kind);
  const idle = Object.entries(meant).flatMap(([type, kinds]) =>
    kinds
      .filter((kind) => !changes.some((one) => one.type === type && one.kind === kind))
      .map((kind) => `${MEANT}: "${type}": ${listOf([kind])} is no change of what was released: take it out`),
  );
  const faults = [...changes.filter((one) => !isMeant(one)).map((one) => refusal(one, folder)), ...idle];
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
}

function refusal({ type, stage, kind, what }: Change, folder: string): string {
  const file = `${folder}/${type}.ts`;
  const said = `"${type}": ${listOf([kind])} in ${MEANT}`;
  const next = `${type}.${/\.v\d+$/.test(type) ? 'next' : 'v2'}`;
  const ways: Record<Kind, string> = {
    removed: `nobody would read what waits in its queue. Put ${file} back; or, where nobody sends it and its queue is empty, say that it is meant: ${said}`,
    order: `what waits would be read by nobody, or be overtaken. Leave it as it was and declare a new type (${next}); or, where nobody sends it and its queue is empty, say that it is meant: ${said}`,
    data: `events that were accepted would be refused when they run. Leave that as it was (what is new may be optional); or say in upcast of the file how data of before becomes what it is now (docs/handlers.md); or declare a new type for the new data (${next}) and keep ${type} until none of it waits; where none can run any more, from its queue or as a replay, say so: ${said}`,
  };
  return `${file}: ${type} was released to ${stage}; ${what}: ${ways[kind]}`;
}

/** What is meant and still not released everywhere. */
export function stillMeant(meant: Meant, lock: Lock, catalogue: Pick<Catalogue, 'get'>): Meant {
  const changes = changesOf(lock, catalogue);
  const left = Object.entries(meant).map(
    ([type, kinds]) =>
      [type, kinds.filter((kind) => changes.some((one) => one.type === type && one.kind === kind))] as const,
  );
  return Object.fromEntries(left.filter(([, kinds]) => kinds.length > 0));
}
