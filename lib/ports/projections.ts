import type { ProjectionKind, ProjectionValues } from '../sdk/projection.ts';

/** One projection's commands of one event: [command, key, ...arguments], integers in decimal. */
export interface ProjectionCommands {
  projection: string;
  /** Seconds that a key stays after its last change; absent: for ever. */
  keepSeconds?: number;
  commands: readonly (readonly [command: string, key: string, ...args: string[]])[];
}

/** How long a guard lives: as long as a message that may bring its event again. */
export const GUARD_MS = 7 * 86_400_000;

export interface Projections {
  /**
   * Once, behind a guard key of the event in each projection, kept for GUARD_MS. What is asked for in one tick goes together.
   * @throws ProjectionRefusedError for what no repetition would apply, DependencyError
   */
  apply(tenant: string, eventKey: string, projections: readonly ProjectionCommands[]): Promise<void>;
  /** Cuts guards to 1 h, once the record says `projected: true`. */
  cutGuards(applied: readonly { tenant: string; eventKey: string; projection: string }[]): Promise<void>;
  /**
   * @param keys one structure; of a hyperloglog any number, whose union is counted
   * @param limit of a sorted set: the most members
   */
  read<Kind extends ProjectionKind>(
    tenant: string,
    projection: string,
    kind: Kind,
    keys: readonly string[],
    limit?: number,
  ): Promise<ProjectionValues[Kind]>;
}
