import type { ProjectionCommands } from '../../ports/projections.ts';
import type { SettledRecord, SettledRecords } from '../../ports/settled-records.ts';
import type { ProjectionDeclaration } from '../../sdk/declarations.ts';
import { own } from '../../sdk/own.ts';
import { kindOf } from '../../sdk/projection.ts';
import { Lifetimes } from './lifetimes.ts';

export type Declared = Readonly<Record<string, ProjectionDeclaration>>;

/** One tenant's projection, as the records know it. */
export interface Surveyed {
  tenant: string;
  projection: string;
  declaration: ProjectionDeclaration;
  records: number;
  /** When the first of them was settled, in epoch ms. */
  since: number;
  lifetimes: Lifetimes;
}

export const pairOf = (tenant: string, projection: string): string => `${tenant} ${projection}`;

/** Commands of the declared kind; a projection may have been of another one when the event was recorded. */
export const fitting = (
  { commands }: ProjectionCommands,
  { kind }: ProjectionDeclaration,
): ProjectionCommands['commands'] => commands.filter(([command]) => command === kindOf(kind).command);

/** What the declarations know of a record's projections. @param only one projection, when given */
export function declaredOf(
  { projections }: SettledRecord,
  declared: Declared,
  only?: string,
): { recorded: ProjectionCommands; declaration: ProjectionDeclaration }[] {
  return projections.flatMap((recorded) => {
    const { projection } = recorded;
    const declaration = own(declared, projection);
    return declaration && (only === undefined || only === projection) ? [{ recorded, declaration }] : [];
  });
}

const keepMs = ({ keepSeconds = Number.POSITIVE_INFINITY }: ProjectionCommands): number => keepSeconds * 1000;

/** A first walk over the records: whose projections there are, and which of their keys are over. */
export async function survey(
  records: Pick<SettledRecords, 'pages'>,
  declared: Declared,
  only?: string,
): Promise<Map<string, Surveyed>> {
  const found = new Map<string, Surveyed>();
  for await (const page of records.pages()) {
    for (const record of page) {
      for (const { recorded, declaration } of declaredOf(record, declared, only)) {
        const { tenant, settledAt } = record;
        const pair = pairOf(tenant, recorded.projection);
        const one = found.get(pair) ?? {
          tenant,
          projection: recorded.projection,
          declaration,
          records: 0,
          since: settledAt,
          lifetimes: new Lifetimes(),
        };
        found.set(pair, one);
        one.records++;
        one.since = Math.min(one.since, settledAt);
        const keys = new Set(fitting(recorded, declaration).map(([, key]) => key));
        for (const key of keys) one.lifetimes.add(key, settledAt, keepMs(recorded));
      }
    }
  }
  return found;
}

export interface Alive {
  /** What is part of the present life of its key; the rest has ended already. */
  commands: ProjectionCommands['commands'];
  /** When these keys end, in epoch ms; those that stay are not named. */
  expireAt: Map<string, number>;
  /** Whether commands were of another kind than declared, and are left out. */
  misfit: boolean;
}

/** What one event's commands come to at `now`. */
export function alive(
  { lifetimes, declaration }: Pick<Surveyed, 'lifetimes' | 'declaration'>,
  recorded: ProjectionCommands,
  settledAt: number,
  now: number,
): Alive {
  const commands = fitting(recorded, declaration);
  const misfit = commands.length < recorded.commands.length;
  const ends = new Map<string, number>();
  for (const [, key] of commands) {
    const end = lifetimes.endOf(key, settledAt, keepMs(recorded));
    if (end !== undefined && end > now) ends.set(key, end);
  }
  const expireAt = new Map([...ends].filter(([, end]) => Number.isFinite(end)));
  return { commands: commands.filter(([, key]) => ends.has(key)), expireAt, misfit };
}

/**
 * Whether a key that an event changed has ended since the survey began: what changed it since may have come in time, or after its
 * end, and the survey knows neither.
 */
export function isInDoubt(
  { lifetimes, declaration }: Pick<Surveyed, 'lifetimes' | 'declaration'>,
  recorded: ProjectionCommands,
  settledAt: number,
  { surveyedAt, now }: { surveyedAt: number; now: number },
): boolean {
  return fitting(recorded, declaration).some(([, key]) => {
    const end = lifetimes.endOf(key, settledAt, keepMs(recorded));
    return end !== undefined && end > surveyedAt && end <= now;
  });
}
