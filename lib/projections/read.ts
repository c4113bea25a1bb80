import type { Projections } from '../ports/projections.ts';
import type { ProjectionDeclaration, ProjectionKind } from '../sdk/declarations.ts';
import { SluiceError } from '../sdk/errors.ts';
import type { ProjectionReader } from '../sdk/projection.ts';

/** What a structure of each kind reads as. Sorted sets: highest score first. */
export interface ProjectionValues {
  counter: number;
  hash: Record<string, number>;
  'sorted-set': { member: string; score: number }[];
  hyperloglog: number;
  set: string[];
}

export interface ProjectionQuery<Kind extends ProjectionKind> {
  /** Its name in the definitions. */
  projection: string;
  /** What the reader takes it for; must be what was declared. */
  kind: Kind;
  /** One structure of it, e.g. a day; a hyperloglog over several counts their union. */
  keys: readonly string[];
  /** sorted-set: how many of the highest; all when absent. */
  limit?: number;
}

/** A projection was asked for that no event type declares, or as another kind than declared. */
export class UnknownProjectionError extends SluiceError {
  constructor(message: string) {
    super('projection-unknown', message);
  }
}

/**
 * The one way to read a projection, by name.
 * @param declared all projections of the catalogue
 * @returns what the structure holds now, empty or 0 when nothing was ever written; it may be older than MongoDB by a moment
 * @throws UnknownProjectionError before anything is asked of Redis; DependencyError when Redis does not answer
 */
export async function readProjection<Kind extends ProjectionKind>(
  projections: Pick<Projections, 'read'>,
  declared: Readonly<Record<string, ProjectionDeclaration>>,
  tenant: string,
  query: ProjectionQuery<Kind>,
): Promise<ProjectionValues[Kind]> {
  const { projection, kind, keys, limit } = query;
  const declaration = Object.hasOwn(declared, projection) ? declared[projection] : undefined;
  if (!declaration) {
    const known = Object.keys(declared).join(', ') || 'none';
    throw new UnknownProjectionError(`no event type declares the projection ${projection}; known: ${known}`);
  }
  if (declaration.kind !== kind) {
    throw new UnknownProjectionError(`the projection ${projection} is a ${declaration.kind}, not a ${kind}`);
  }
  const value = await projections.read(tenant, projection, kind, keys, limit);
  // The adapter reads each kind by that kind's command, so the kind decides the shape.
  return value as ProjectionValues[Kind];
}

/** The reader that a handler gets as `context.redis`. */
export function projectionReader(
  projections: Pick<Projections, 'read'>,
  declared: Readonly<Record<string, ProjectionDeclaration>>,
  tenant: string,
): ProjectionReader {
  const read = <Kind extends ProjectionKind>(query: ProjectionQuery<Kind>) =>
    readProjection(projections, declared, tenant, query);
  return {
    counter: (projection, key) => read({ projection, kind: 'counter', keys: [key] }),
    hash: (projection, key) => read({ projection, kind: 'hash', keys: [key] }),
    sortedSet: (projection, key, limit) =>
      read({ projection, kind: 'sorted-set', keys: [key], ...(limit !== undefined && { limit }) }),
    hyperloglog: (projection, ...keys) => read({ projection, kind: 'hyperloglog', keys }),
    set: (projection, key) => read({ projection, kind: 'set', keys: [key] }),
  };
}
