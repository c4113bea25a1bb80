import { chunksOf } from '../../core/chunks-of.ts';
import type { ProjectionCommands } from '../../ports/projections.ts';
import { kindNames, kindOf } from '../../sdk/projection.ts';
import type { KindCommands } from '../../sdk/projection-kind-entry.ts';

/** Lua's unpack has room for some 8,000 values. */
const MOST_MEMBERS = 1000;

const byCommand = new Map(kindNames.map((name): [string, KindCommands] => [kindOf(name).command, kindOf(name)]));

/** What one event changes of a projection. */
export interface EventCommands extends Pick<ProjectionCommands, 'keepSeconds' | 'commands'> {
  readonly eventKey: string;
}

/**
 * Why commands can be applied by nobody here, were they the only ones. What a record holds was checked when it was recorded, but other
 * code may have done that; among those of other events it must not become something else.
 */
export function faultIn(commands: unknown): string | undefined {
  if (!Array.isArray(commands)) return 'its commands are no list';
  for (const command of commands) {
    const [name, key, ...args]: unknown[] = Array.isArray(command) ? command : [];
    if (typeof name !== 'string' || ![key, ...args].every((part) => typeof part === 'string'))
      return 'a command is no list of texts';
    if (!byCommand.has(name)) return `there is no command ${name} here`;
  }
  return undefined;
}

/**
 * Commands as arguments of the script that applies them.
 * @param endOf what follows EXPIRE or PEXPIREAT for a key of an event; undefined: the key stays as long as it would
 * @returns `names`: the data keys that they touch, each once
 */
export function encodeCommands(
  events: readonly EventCommands[],
  endOf: (event: EventCommands, name: string) => number | undefined,
): { names: string[]; args: (string | number)[] } {
  const places = new Map<string, number>();
  const placeOf = (name: string): number => {
    const place = places.get(name) ?? places.size + 1;
    places.set(name, place);
    return place;
  };
  const args: (string | number)[] = [];
  for (const event of events) {
    const counted = args.push(0) - 1;
    let count = 0;
    for (const [command, key, ...given] of event.commands) {
      const [place, end] = [placeOf(key), endOf(event, key) ?? ''];
      for (const part of partsOf(command, given)) {
        args.push(command, place, end, part.length);
        for (const one of part) args.push(one);
        count++;
      }
    }
    args[counted] = count;
  }
  return { names: [...places.keys()], args };
}

/** Many members are added in several commands, none in none. */
function partsOf(command: string, args: readonly string[]): (readonly string[])[] {
  const kind = byCommand.get(command);
  if (!kind) throw new Error(`${command} is no command of a projection: it does not commute`);
  return kind.members ? chunksOf(args, MOST_MEMBERS) : [args];
}
