import * as z from 'zod';
import { $ZodType } from 'zod/v4/core';
import { wrappedSchemas } from './wrapped-schemas.ts';

/** What a schema says of one place in data: whether what stands there is sensitive, and what is said of its parts. */
export interface Marks {
  /** What stands here is sensitive, whatever it is. */
  readonly whole: boolean;
  /** Its names are data too: those of a record. */
  readonly named: boolean;
  /** All that is said of this place, this among it: a union has several forms. */
  readonly all: readonly Marks[];
  readonly members: ReadonlyMap<string, Marks>;
  readonly items: readonly Marks[];
  /** Of members and items that have none of their own. */
  readonly rest?: Marks;
}

interface Draft {
  whole: boolean;
  named: boolean;
  all: Draft[];
  members: Map<string, Draft>;
  items: Draft[];
  rest?: Draft;
  /** What meets this value in parts that have no place of their own: what a transform makes of it, pieces of a text, a Map or a Set. */
  becomes: Draft[];
}

/**
 * Where the values of a schema are sensitive: it says so by `.meta({ sensitive: true })` (docs/handlers.md). What a form of a union marks
 * is so in all of its forms, and what a transform makes a marked value of is so as a whole. May be recursive, and is made once.
 * @returns undefined where nothing is marked
 */
export function marksOf(schema: $ZodType): Marks | undefined {
  const drafts = new Map<$ZodType, Draft>();
  const root = draftOf(schema, drafts);
  const all = [...drafts.values()];
  markWhatBecomes(all);
  if (!all.some(({ whole }) => whole)) return undefined;
  for (const draft of all) draft.all = [...reached([draft], (one) => one.all)];
  return root;
}

/** Of data of which nobody knows the schema. */
export const allMarked: Marks = wholeMarks();

function wholeMarks(): Marks {
  const all: Marks[] = [];
  const marks: Marks = { whole: true, named: true, all, members: new Map(), items: [] };
  all.push(marks);
  return marks;
}

/** A mark that is anything but `false` is one: what was meant is clear. */
const isMarked = (schema: $ZodType): boolean => (z.globalRegistry.get(schema)?.sensitive ?? false) !== false;

function draftOf(schema: $ZodType, drafts: Map<$ZodType, Draft>): Draft {
  const known = drafts.get(schema);
  if (known) return known;
  const whole = isMarked(schema);
  const draft: Draft = { whole, named: false, all: [], members: new Map(), items: [], becomes: [] };
  drafts.set(schema, draft);
  const inner = (one: $ZodType): Draft => draftOf(one, drafts);
  draft.all = wrappedSchemas(schema).map(inner);
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      draft.members = new Map(Object.entries(def.shape).map(([name, part]) => [name, inner(part)]));
      if (def.catchall) draft.rest = inner(def.catchall);
      break;
    case 'array':
      draft.rest = inner(def.element);
      break;
    case 'tuple':
      draft.items = def.items.map(inner);
      if (def.rest) draft.rest = inner(def.rest);
      break;
    case 'record':
      draft.named = true;
      draft.rest = inner(def.valueType);
      // Names cannot be masked one by one: two of them would become one.
      draft.becomes = [inner(def.keyType)];
      break;
    case 'pipe':
      draft.becomes = [inner(def.out)];
      break;
    // These take in what a transform made, of which no part is one of the data.
    case 'map':
      draft.becomes = [inner(def.keyType), inner(def.valueType)];
      break;
    case 'set':
      draft.becomes = [inner(def.valueType)];
      break;
    case 'template_literal':
      draft.becomes = def.parts.flatMap((piece) => (isSchema(piece) ? [inner(piece)] : []));
      break;
  }
  return draft;
}

/** The pieces of a template literal are schemas, and texts as they are. */
const isSchema = (piece: unknown): piece is $ZodType => piece instanceof $ZodType;

const partsOf = ({ all, members, items, rest, becomes }: Draft): Draft[] => [
  ...all,
  ...members.values(),
  ...items,
  ...becomes,
  ...(rest ? [rest] : []),
];

/** Of what has a marked part without a place of its own nobody can say where it stands: it is sensitive as a whole. */
function markWhatBecomes(drafts: readonly Draft[]): void {
  const leadsToOne = (draft: Draft): boolean => [...reached([draft], partsOf)].some(({ whole }) => whole);
  const left = drafts.filter(({ whole, becomes }) => !whole && becomes.length > 0);
  for (const draft of left) draft.whole = draft.becomes.some(leadsToOne);
}

function reached(from: readonly Draft[], next: (draft: Draft) => readonly Draft[]): Set<Draft> {
  const found = new Set(from);
  for (const draft of found) for (const one of next(draft)) found.add(one);
  return found;
}
