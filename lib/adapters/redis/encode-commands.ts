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
  const args = events.flatMap((event) => {
    const encoded = event.commands.flatMap(([command, key, ...given]) => {
      const [place, end] = [placeOf(key), endOf(event, key) ?? ''];
      return partsOf(command, given).map((part) => [command, place, end, part.length, ...part]);
    });
    return [encoded.length, ...encoded.flat()];
  });
  return { names: [...places.keys()], args };
}

/** Many members are added in several commands, none in none. */
function partsOf(command: string, args: readonly string[]): (readonly string[])[] {
  const kind = byCommand.get(command);
  if (!kind) throw new Error(`${command} is no command of a projection: it does not commute`);
  return kind.members ? chunksOf(args, MOST_MEMBERS) : [args];
}
