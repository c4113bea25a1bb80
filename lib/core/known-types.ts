import { type Catalogue, type CatalogueEntry, catalogueOf, type LoadEvent, loadDefinition } from './catalogue.ts';

/** What may be sent: of a type whose definition was not loaded, or could not be, `get` throws. */
export interface KnownTypes extends Pick<Catalogue, 'types' | 'get'> {
  /**
   * Loads the definitions of these, as far as they are known and not there yet. A fault is for whoever gets that type.
   * @returns undefined where there is nothing to wait for
   */
  load(types: Iterable<string>): Promise<unknown> | undefined;
}

/**
 * Loads a definition when an event of its type comes first: what nobody sends costs a start nothing, and what is broken breaks events of
 * its own type alone. That definitions fit together was checked when they were deployed.
 * @param load the only place that knows where event files lie
 */
export function knownTypes(types: readonly string[], load: LoadEvent): KnownTypes {
  const known: ReadonlySet<string> = new Set(types);
  const entries = new Map<string, CatalogueEntry>();
  const faults = new Map<string, unknown>();

  async function loadOne(type: string): Promise<void> {
    try {
      const { definition, build } = await loadDefinition(type, load);
      for (const entry of catalogueOf([definition], new Map([[type, build]])).entries) entries.set(type, entry);
    } catch (error) {
      faults.set(type, error);
    }
  }

  return {
    types: types.toSorted(),
    load(wanted) {
      const missing = new Set<string>();
      for (const type of wanted) if (!entries.has(type) && known.has(type)) missing.add(type);
      return missing.size === 0 ? undefined : Promise.all([...missing].map(loadOne));
    },
    get(type) {
      const entry = entries.get(type);
      if (entry || !known.has(type)) return entry;
      throw faults.get(type) ?? new Error(`the definition of ${type} was not loaded`);
    },
  };
}
