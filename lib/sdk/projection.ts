import type { ProjectionKindEntry, ReaderOf, RecorderOf, ValuesOf } from './projection-kind-entry.ts';
import { projectionKinds } from './projection-kinds.ts';

export type ProjectionKind = keyof typeof projectionKinds;

/**
 * Records Redis commands on keys of one projection as data; they are applied once, after the event is settled.
 * `key` names one structure of the projection, e.g. a day: `[A-Za-z0-9._:-]{1,200}`. All numbers are integers.
 */
export interface ProjectionRecorder extends RecorderOf<typeof projectionKinds> {}

/** Reads projections of the event's tenant. What it sees may be older than MongoDB by a moment. */
export interface ProjectionReader extends ReaderOf<typeof projectionKinds> {}

/** What a structure of each kind reads as. */
export interface ProjectionValues extends ValuesOf<typeof projectionKinds> {}

/** Every kind, in the order of the table. */
export const kindNames: readonly ProjectionKind[] = Object.keys(projectionKinds) as ProjectionKind[];

const entries: { readonly [Kind in ProjectionKind]: ProjectionKindEntry<ProjectionValues[Kind]> } = projectionKinds;

/** What the table says of a kind. */
export const kindOf = <Kind extends ProjectionKind>(kind: Kind): ProjectionKindEntry<ProjectionValues[Kind]> =>
  entries[kind];
