import { textOf } from '../core/guarded.ts';
import type { ProjectionCommands } from '../ports/projections.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import { own } from '../sdk/own.ts';
import { kindNames, kindOf, type ProjectionKind, type ProjectionRecorder } from '../sdk/projection.ts';
import { ProjectionError } from './projection-error.ts';

const DAY_SECONDS = 86_400;
/** Of one event: its record holds them, and one script of Redis, which serves nobody else meanwhile, applies them. */
const MOST_COMMANDS = 10_000;
/** Fields, members and numbers of all of them. */
const MOST_ARGUMENTS = 50_000;
const KEY = /^[A-Za-z0-9._:-]{1,200}$/;

/** Gathers the Redis commands of one event as data, so that they can be written with the event's outcome and applied after it. */
export function createProjections(declared: EventDefinition['projections']): {
  recorder(name: string): ProjectionRecorder;
  recorded(): ProjectionCommands[];
} {
  let recordedSoFar = 0;
  let argumentsSoFar = 0;
  const commands = new Map<string, (readonly [string, string, ...string[]])[]>();
  const recorders = new Map<string, ProjectionRecorder>();

  const recorder = (name: string): ProjectionRecorder => {
    const known = recorders.get(name) ?? createRecorder(name);
    recorders.set(name, known);
    return known;
  };
  const createRecorder = (name: string): ProjectionRecorder => {
    const declaration = own(declared, name);
    if (!declaration)
      throw new ProjectionError(textOf(name), `is not declared; known: ${Object.keys(declared).join(', ') || 'none'}`);
    const record = (kind: ProjectionKind, command: string, key: string, args: string[]): void => {
      if (declaration.kind !== kind)
        throw new ProjectionError(name, `${command} needs a ${kind}, but it is declared a ${declaration.kind}`);
      if (typeof key !== 'string' || !KEY.test(key))
        throw new ProjectionError(name, 'a key is 1 to 200 of A-Z a-z 0-9 . _ : -');
      if (++recordedSoFar > MOST_COMMANDS)
        throw new ProjectionError(name, `an event records at most ${MOST_COMMANDS} commands`);
      argumentsSoFar += args.length;
      if (argumentsSoFar > MOST_ARGUMENTS)
        throw new ProjectionError(name, `an event records at most ${MOST_ARGUMENTS} fields, members and numbers`);
      // Whatever else it is, it would be something else for Redis, or more than one.
      if (!args.every((one) => typeof one === 'string'))
        throw new ProjectionError(name, 'a field or a member is a text');
      const list = commands.get(name) ?? [];
      commands.set(name, list);
      list.push([command, key, ...args]);
    };
    const integer = (by: number): string => {
      if (!Number.isSafeInteger(by)) throw new ProjectionError(name, `${by} is no integer`);
      return String(by);
    };
    const methods = {};
    for (const kind of kindNames) {
      const { command, record: methodsOf } = kindOf(kind);
      Object.assign(
        methods,
        methodsOf((key, ...args) => record(kind, command, key, args), integer),
      );
    }
    // The methods and their types come from the same table.
    return methods as ProjectionRecorder;
  };

  const recorded = (): ProjectionCommands[] =>
    [...commands].map(([projection, list]) => {
      const keepDays = own(declared, projection)?.keepDays;
      return { projection, commands: list, ...(keepDays !== undefined && { keepSeconds: keepDays * DAY_SECONDS }) };
    });

  return { recorder, recorded };
}
