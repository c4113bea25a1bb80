import type { Projections } from '../../../lib/ports/projections.ts';
import type { ProjectionDeclaration } from '../../../lib/sdk/declarations.ts';
import { own } from '../../../lib/sdk/own.ts';
import { kindOf, type ProjectionKind, type ProjectionValues } from '../../../lib/sdk/projection.ts';
import { differences } from './differences.ts';
import type { Changes } from './timeline.ts';

/** Numbers of one structure: by field or member, or one under ''. */
type Numbers = ReadonlyMap<string, number>;
/** What structures held, by projection and key. */
export type Held = ReadonlyMap<string, Numbers>;

export interface ChangesOptions {
  tenant: string;
  /** What they should change by: it says which structures are looked at. */
  expected: Changes;
  declared: Readonly<Record<string, ProjectionDeclaration>>;
  projections: Pick<Projections, 'read'>;
  /** For which `<day>` in a key stands: those on which the run may be. */
  days: readonly string[];
}

/**
 * Reads what the structures hold that a timeline names.
 * @throws Error for a projection that no event type declares, DependencyError when Redis does not answer
 */
export async function held({ tenant, expected, projections, days, declared }: ChangesOptions): Promise<Held> {
  const found = new Map<string, Numbers>();
  for (const [name, keys] of Object.entries(expected))
    for (const key of Object.keys(keys).flatMap((one) => daily(one, days))) {
      const value = await projections.read(tenant, name, kindIn(declared, name), [key]);
      found.set(`${name} ${key}`, numbersOf(value));
    }
  return found;
}

/**
 * Compares by how much structures changed with what they should have changed by.
 * @param mask writes placeholders in place of what differs from run to run
 * @returns a line for each difference
 */
export function changeDifferences(
  options: ChangesOptions,
  before: Held,
  after: Held,
  mask: (text: string) => string,
): string[] {
  const { expected, declared, days } = options;
  return Object.entries(expected).flatMap(([name, keys]) =>
    Object.entries(keys).flatMap(([key, change]) => {
      const kind = kindIn(declared, name);
      const numbers = new Map<string, number>();
      for (const one of daily(key, days)) {
        const [was, is] = [before, after].map((all) => all.get(`${name} ${one}`));
        for (const [member, number] of is ?? []) {
          const by = number - (was?.get(member) ?? 0);
          if (by !== 0) numbers.set(mask(member), (numbers.get(mask(member)) ?? 0) + by);
        }
      }
      if (kind === 'hyperloglog' && isEstimate(Number(change), before, after, daily(key, days), name)) return [];
      return differences(sorted(change), shown(kind, numbers), `projections.${name}.${key}`);
    }),
  );
}

const daily = (key: string, days: readonly string[]): string[] =>
  key.includes('<day>') ? days.map((day) => key.replaceAll('<day>', day)) : [key];

function kindIn(declared: ChangesOptions['declared'], name: string): ProjectionKind {
  const declaration = own(declared, name);
  if (!declaration) throw new Error(`no event type declares the projection ${name}`);
  return declaration.kind;
}

function numbersOf(value: ProjectionValues[ProjectionKind]): Numbers {
  if (typeof value === 'number') return new Map([['', value]]);
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  return new Map(value.map((one) => (typeof one === 'string' ? [one, 1] : [one.member, one.score])));
}

/** As a timeline writes it. */
function shown(kind: ProjectionKind, numbers: Numbers): unknown {
  if (kind === 'set') return [...numbers.keys()].sort();
  if (kind === 'counter' || kind === 'hyperloglog') return numbers.get('') ?? 0;
  return sorted(Object.fromEntries(numbers));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.toSorted();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What counts members estimates them, so that the number may be off by as much as a check of projections lets it be. */
function isEstimate(change: number, before: Held, after: Held, keys: readonly string[], name: string): boolean {
  const total = (all: Held) => keys.reduce((sum, key) => sum + (all.get(`${name} ${key}`)?.get('') ?? 0), 0);
  const members = Array.from({ length: total(before) + change }, (_, index) => [String(index), 1n] as const);
  return (
    total(after) > total(before) === change > 0 &&
    kindOf('hyperloglog').compare(new Map(members), total(after)).length === 0
  );
}
