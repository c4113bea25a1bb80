import { textOf } from '../core/guarded.ts';
import type { Projections } from '../ports/projections.ts';
import type { ProjectionDeclaration } from '../sdk/declarations.ts';
import { SluiceError } from '../sdk/errors.ts';
import { own } from '../sdk/own.ts';
import {
  kindNames,
  kindOf,
  type ProjectionKind,
  type ProjectionReader,
  type ProjectionValues,
} from '../sdk/projection.ts';
import { ProjectionError } from './projection-error.ts';

export interface ProjectionQuery<Kind extends ProjectionKind> {
  /** Its name in the definitions. */
  projection: string;
  /** What the reader takes it for; must be what was declared. */
  kind: Kind;
  /** One structure of it, e.g. a day; a hyperloglog over several counts their union. */
  keys: readonly string[];
  /** sorted-set: how many of the highest; all when absent. */
  limit?: number | undefined;
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
 * @throws UnknownProjectionError or ProjectionError before anything is asked of Redis; DependencyError when Redis does not answer
 */
export async function readProjection<Kind extends ProjectionKind>(
  projections: Pick<Projections, 'read'>,
  declared: Readonly<Record<string, ProjectionDeclaration>>,
  tenant: string,
  query: ProjectionQuery<Kind>,
): Promise<ProjectionValues[Kind]> {
  const { projection, kind, keys, limit } = query;
  const declaration = own(declared, projection);
  if (!declaration) {
    const known = Object.keys(declared).join(', ') || 'none';
    throw new UnknownProjectionError(`no event type declares the projection ${textOf(projection)}; known: ${known}`);
  }
  if (declaration.kind !== kind) {
    throw new UnknownProjectionError(`the projection ${projection} is a ${declaration.kind}, not a ${kind}`);
  }
  // Redis does not take another number, or takes it for one that nobody asked for.
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 0))
    throw new ProjectionError(projection, 'the limit is an integer, 0 or more');
  return projections.read(tenant, projection, kind, keys, limit);
}

/** The reader that a handler gets as `context.redis`. */
export function projectionReader(
  projections: Pick<Projections, 'read'>,
  declared: Readonly<Record<string, ProjectionDeclaration>>,
  tenant: string,
): ProjectionReader {
  const reader = {};
  for (const kind of kindNames) {
    const methods = kindOf(kind).read((projection, keys, limit) =>
      readProjection(projections, declared, tenant, { projection, kind, keys, limit }),
    );
    Object.assign(reader, methods);
  }
  // The methods and their types come from the same table.
  return reader as ProjectionReader;
}
