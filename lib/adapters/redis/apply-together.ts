import { ProjectionRefusedError } from '../../core/errors.ts';
import type { ProjectionCommands } from '../../ports/projections.ts';
import { type Applied, type Applying, type EventCommands, sizeOf } from './apply-projection.ts';

/** Of one call. Lua's tables have room for more; a call that is larger keeps Redis from others for longer. */
const MOST_ARGUMENTS = 3500;
const MOST_BYTES = 256 * 1024;

/** Applies what goes into one call. @returns for each event, in order @throws as RedisConnection */
type Apply = (applying: Applying) => Promise<Applied[]>;

interface Waiting extends EventCommands {
  resolve(): void;
  reject(fault: unknown): void;
}

/**
 * Puts together what is asked for in one tick: the events of a batch are settled side by side, and as few calls as fit apply each
 * projection of all of them (protocol: projection-after-commit).
 * @returns applies one event's commands to one projection; rejects with a ProjectionRefusedError where they do not fit, and as `apply`
 */
export function applyTogether(apply: Apply) {
  let groups = new Map<string, Omit<Applying, 'events'> & { events: Waiting[] }>();

  function flush(): void {
    const flushed = groups;
    groups = new Map();
    for (const { events, ...of } of flushed.values())
      for (const some of inCalls(events)) void settle({ ...of, events: some }, some);
  }

  async function settle(applying: Applying, waiting: readonly Waiting[]): Promise<void> {
    try {
      const ends = await apply(applying);
      waiting.forEach(({ resolve, reject }, index) => {
        const end = ends[index];
        if (end === 'applied') resolve();
        else reject(new ProjectionRefusedError(applying.projection, end?.refused ?? 'Redis did not say of it'));
      });
    } catch (fault) {
      for (const { reject } of waiting) reject(fault);
    }
  }

  return (
    tenant: string,
    eventKey: string,
    { projection, keepSeconds, commands }: ProjectionCommands,
  ): Promise<void> => {
    const name = JSON.stringify([tenant, projection, keepSeconds]);
    if (groups.size === 0) process.nextTick(flush);
    const group = groups.get(name) ?? {
      tenant,
      projection,
      ...(keepSeconds !== undefined && { keepSeconds }),
      events: [],
    };
    groups.set(name, group);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    group.events.push({ eventKey, commands, resolve, reject });
    return promise;
  };
}

/** As few calls as fit, in order; what is too large alone goes alone. */
export function inCalls<One extends EventCommands>(events: readonly One[]): One[][] {
  const calls: One[][] = [];
  let [args, bytes] = [0, 0];
  for (const event of events) {
    const size = sizeOf(event);
    args += size.args;
    bytes += size.bytes;
    const last = calls.at(-1);
    if (last && args <= MOST_ARGUMENTS && bytes <= MOST_BYTES) last.push(event);
    else {
      calls.push([event]);
      [args, bytes] = [size.args, size.bytes];
    }
  }
  return calls;
}
