import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { CollectionDeclaration, ProjectionDeclaration } from '../sdk/declarations.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import { DefinitionError } from '../sdk/errors.ts';
import { allMarked, type Marks } from '../sdk/sensitive-marks.ts';
import type { Build } from './build.ts';
import { isOwnVariable } from './config.ts';
import { messageOf } from './errors.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { lazy } from './lazy.ts';

/** All definitions, by type. */
export interface Catalogue {
  readonly types: readonly string[];
  get(type: string): CatalogueEntry | undefined;
  readonly entries: readonly CatalogueEntry[];
  readonly collections: Readonly<Record<string, CollectionDeclaration>>;
  readonly projections: Readonly<Record<string, ProjectionDeclaration>>;
}

export interface CatalogueEntry {
  readonly definition: EventDefinition;
  readonly ordered: boolean;
  /** JSON Schema 2020-12 of what may be sent. */
  readonly jsonSchema: Readonly<Record<string, unknown>>;
  /** First 16 hex digits of SHA-256 over the canonical JSON Schema. */
  readonly schemaHash: string;
  /** Which build of the definition it is; none where it was not bundled: in a test. */
  readonly build: Build | undefined;
}

/** What an event file exports; the bundler adds which build it is (deploy/definition-builds.ts). */
export interface EventFile {
  default: EventDefinition;
  sluiceBuild?: Build;
}

export type LoadEvent = (type: string) => Promise<EventFile>;

/**
 * Loads the definitions of these types and checks them against each other.
 * @param load the only place that knows where event files lie
 * @throws DefinitionError naming the file: not loadable, another type in it, unequal declarations of a collection or projection
 */
export async function loadCatalogue(types: readonly string[], load: LoadEvent): Promise<Catalogue> {
  const loaded = await Promise.all(types.map((type) => loadDefinition(type, load)));
  return catalogueOf(
    loaded.map(({ definition }) => definition),
    new Map(loaded.map(({ definition, build }) => [definition.type, build])),
  );
}

/** Loads one definition, and which build of it that is. @throws DefinitionError as loadCatalogue */
export async function loadDefinition(
  type: string,
  load: LoadEvent,
): Promise<Pick<CatalogueEntry, 'definition' | 'build'>> {
  const where = `functions/events/${type}.ts`;
  let file: Partial<EventFile>;
  try {
    file = await load(type);
  } catch (cause) {
    // What it imports does not know for whom.
    if (cause instanceof DefinitionError)
      throw cause.message.startsWith(where) ? cause : new DefinitionError(`${where}: ${cause.message}`, { cause });
    throw new DefinitionError(`${where} cannot be loaded: ${messageOf(cause)}`, { cause });
  }
  if (!isDefined(file.default))
    throw new DefinitionError(
      `${where} must export a definition by default: export default defineEvent({ … }); what event files share lies in ../common/`,
    );
  if (file.default.type !== type)
    throw new DefinitionError(`${where} declares type "${file.default.type}"; file name and type must be equal`);
  return { definition: file.default, build: file.sluiceBuild };
}

/** Whether it is what defineEvent gave: a plain object has not what that fills in. */
const isDefined = (given: Partial<EventDefinition> | undefined): given is EventDefinition =>
  given?.type !== undefined && given.queue !== undefined && given.permissions !== undefined;

/**
 * @param builds by type, as far as they are known
 * @throws DefinitionError when two definitions contradict each other, or one has a setting named like a variable of Sluice
 */
export function catalogueOf(
  definitions: readonly EventDefinition[],
  builds: ReadonlyMap<string, Build | undefined> = new Map(),
): Catalogue {
  for (const { type, env } of definitions) {
    const taken = Object.keys(env).find(isOwnVariable);
    if (taken) throw new DefinitionError(`functions/events/${type}.ts: env.${taken} is a variable of Sluice itself`);
  }
  const sorted = definitions.toSorted((a, b) => (a.type < b.type ? -1 : 1));
  const entries = sorted.map((definition) => lazyEntry(definition, builds.get(definition.type)));
  const byType = new Map(entries.map((entry) => [entry.definition.type, entry]));
  if (byType.size !== entries.length) throw new DefinitionError('two definitions declare one type');
  return {
    types: [...byType.keys()],
    entries,
    get: (type) => byType.get(type),
    collections: merge(sorted, 'collections'),
    projections: merge(sorted, 'projections'),
  };
}

/** A consumer asks only for hashes of its own type, so a JSON Schema is made when it is first needed. */
function lazyEntry(definition: EventDefinition, build: Build | undefined): CatalogueEntry {
  let made: { jsonSchema: Record<string, unknown>; schemaHash: string } | undefined;
  const make = () => {
    if (made) return made;
    let jsonSchema: Record<string, unknown>;
    try {
      jsonSchema = jsonSchemaOf(definition.data);
    } catch (cause) {
      throw new DefinitionError(
        `functions/events/${definition.type}.ts: data cannot be expressed in JSON Schema: ${messageOf(cause)}`,
        { cause },
      );
    }
    const schemaHash = createHash('sha256')
      .update(canonicalize(jsonSchema) ?? '')
      .digest('hex')
      .slice(0, 16);
    made = { jsonSchema, schemaHash };
    return made;
  };
  return {
    definition,
    ordered: definition.orderedBy !== undefined,
    build,
    get jsonSchema() {
      return make().jsonSchema;
    },
    get schemaHash() {
      return make().schemaHash;
    },
  };
}

type Declared = { collections: CollectionDeclaration; projections: ProjectionDeclaration };

function merge<Kind extends keyof Declared>(
  definitions: readonly EventDefinition[],
  kind: Kind,
): Record<string, Declared[Kind]> {
  const merged = new Map<string, { type: string; declaration: Declared[Kind] }>();
  for (const { type, [kind]: declared } of definitions) {
    for (const [name, declaration] of Object.entries(declared as Record<string, Declared[Kind]>)) {
      const known = merged.get(name);
      if (known && canonicalize(known.declaration) !== canonicalize(declaration)) {
        throw new DefinitionError(
          `functions/events/${type}.ts: ${kind}.${name} is declared otherwise in functions/events/${known.type}.ts; equal declarations merge, unequal ones do not: declare it once, in ../common/`,
        );
      }
      merged.set(name, { type, declaration });
    }
  }
  return Object.fromEntries([...merged].map(([name, { declaration }]) => [name, declaration]));
}

/**
 * What is sensitive in data of a type, from its event file, which is loaded when it is first asked for.
 * @returns of a type that is not among these all of it, because nobody can say; from that: DefinitionError
 */
export function sensitiveByType(
  types: readonly string[],
  load: LoadEvent,
): (type: string) => Promise<Marks | undefined> {
  const loaded = new Map(types.map((type) => [type, lazy(() => loadDefinition(type, load))]));
  return async (type) => {
    const definition = loaded.get(type);
    return definition ? (await definition()).definition.sensitive : allMarked;
  };
}
