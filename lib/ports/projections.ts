import type { ProjectionKind } from '../sdk/declarations.ts';

/** One projection's commands of one event: [command, key, ...arguments], integers in decimal. */
export interface ProjectionCommands {
  projection: string;
  /** Seconds that a key stays after its last change; absent: for ever. */
  keepSeconds?: number;
  commands: readonly (readonly [command: string, key: string, ...args: string[]])[];
}

export interface Projections {
  /** One script per event and projection, once, behind a guard key kept 7 days. */
  apply(tenant: string, eventKey: string, projections: readonly ProjectionCommands[]): Promise<void>;
  /** Cuts guards to 1 h, once the record says `projected: true`. */
  cutGuards(applied: readonly { tenant: string; eventKey: string; projection: string }[]): Promise<void>;
  read(
    tenant: string,
    projection: string,
    kind: ProjectionKind,
    keys: readonly string[],
    limit?: number,
  ): Promise<unknown>;
}
