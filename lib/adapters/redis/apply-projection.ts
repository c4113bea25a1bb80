import type { ProjectionCommands } from '../../ports/projections.ts';
import { kindNames, kindOf } from '../../sdk/projection.ts';
import { applyScript } from './apply-script.ts';
import type { RedisConnection } from './client.ts';

const GUARD_MS = 7 * 86_400_000;

const commandNames: ReadonlySet<string> = new Set(kindNames.map((name) => kindOf(name).command));

export interface Generations {
  /** As it is stored: `current` or `current,coming`. */
  stored: string;
  live: string[];
}

/** What is applied together: commands of many events to one projection of one tenant, whose keys are in one slot. */
export interface Applying {
  tenant: string;
  projection: string;
  keepSeconds?: number;
  events: readonly EventCommands[];
}
export interface EventCommands {
  eventKey: string;
  commands: ProjectionCommands['commands'];
}

/** `refused`: a generation holds what the commands do not fit. */
export type Applied = 'applied' | { refused: string };

/**
 * Applies each event's commands once to each live generation, in one call (protocol: projection-after-commit).
 * @param expireAt for a rebuild: when each key ends, in epoch ms; a key that is not named stays
 * @returns for each event; or the generations that are stored, where they are others than those believed in and nothing was written
 */
export async function applyCommands(
  connection: RedisConnection,
  { tenant, projection, keepSeconds, events }: Applying,
  { stored, live }: Generations,
  expireAt?: ReadonlyMap<string, number>,
): Promise<Applied[] | { stored: string }> {
  const { generationsKey, guardKey, projectionKey } = connection.keys;
  const names = [...new Set(events.flatMap(({ commands }) => commands.map(([, key]) => key)))];
  const keys = live.flatMap((generation) => [
    ...events.map(({ eventKey }) => guardKey(tenant, projection, generation, eventKey)),
    ...names.map((name) => projectionKey(tenant, projection, generation, name)),
  ]);
  const ends = names.map((name) => (expireAt ? expireAt.get(name) : keepSeconds) ?? '');
  const expire = expireAt ? 'PEXPIREAT' : 'EXPIRE';
  const head = [stored, GUARD_MS, expire, live.length, events.length, names.length, ...ends];
  const places = new Map(names.map((name, index) => [name, String(index + 1)]));
  const args = [...head, ...events.flatMap(({ commands }) => encode(commands, places))];
  const reply = await connection.run(applyScript, [generationsKey(tenant, projection), ...keys], args);
  if (typeof reply === 'string') return { stored: reply };
  const refused = new Map(
    (Array.isArray(reply) ? reply : []).map((one) => (Array.isArray(one) ? [Number(one[0]), String(one[1])] : [0, ''])),
  );
  return events.map((_, index) => {
    const why = refused.get(index + 1);
    return why === undefined ? 'applied' : { refused: why };
  });
}

/** How many arguments an event's commands are, and how many bytes: a call must not become too large. */
export function sizeOf({ eventKey, commands }: EventCommands): { args: number; bytes: number } {
  const own = commands.map(([name, key, ...args]) => ({
    args: 4 + args.length,
    bytes: args.reduce((sum, arg) => sum + Buffer.byteLength(arg), name.length + 2 * Buffer.byteLength(key)),
  }));
  return own.reduce((sum, one) => ({ args: sum.args + one.args, bytes: sum.bytes + one.bytes }), {
    args: 2,
    bytes: eventKey.length,
  });
}

function encode(commands: ProjectionCommands['commands'], places: ReadonlyMap<string, string>): string[] {
  const encoded = commands.flatMap(([command, key, ...args]) => {
    if (!commandNames.has(command)) throw new Error(`${command} is no command of a projection: it does not commute`);
    return [command, places.get(key) ?? '', String(args.length), ...args];
  });
  return [String(commands.length), ...encoded];
}
