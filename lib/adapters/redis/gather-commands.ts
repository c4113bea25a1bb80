import type { EventCommands } from './encode-commands.ts';

/** Of one call: a script holds up whoever else asks, and Redis reads its arguments before it begins. */
const MOST_ARGUMENTS = 3500;
const MOST_BYTES = 262_144;

/** What an event takes of a call, as counted before its keys are known: two generations at most are live. */
function sizeOf({ eventKey, commands }: EventCommands): { count: number; bytes: number } {
  let [count, bytes] = [3, 3 * eventKey.length];
  for (const [command, key, ...args] of commands) {
    count += 6 + args.length;
    bytes += command.length + 3 * key.length;
    for (const arg of args) bytes += arg.length;
  }
  return { count, bytes };
}

/** Cuts events into calls of at most so many arguments and bytes, in their order; one that is larger is alone. */
export function callsOf<Event extends EventCommands>(events: readonly Event[]): Event[][] {
  const calls: Event[][] = [];
  let [count, bytes] = [MOST_ARGUMENTS, MOST_BYTES];
  for (const event of events) {
    const size = sizeOf(event);
    count += size.count;
    bytes += size.bytes;
    const last = calls.at(-1);
    if (last && count <= MOST_ARGUMENTS && bytes <= MOST_BYTES) last.push(event);
    else {
      calls.push([event]);
      ({ count, bytes } = size);
    }
  }
  return calls;
}

/**
 * Asks together what is asked for in one tick, group by group: the events of a batch that settle together.
 * @param cut the items of one call each, in their order
 * @param ask answers each of these by its place; what it throws is thrown to all of them
 */
export function gathered<Group, Item, Answer>(
  nameOf: (group: Group) => string,
  cut: (items: readonly Item[]) => readonly (readonly Item[])[],
  ask: (group: Group, items: readonly Item[]) => Promise<(place: number) => Answer>,
): (group: Group, item: Item) => Promise<Answer> {
  interface Waiting {
    readonly item: Item;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (fault: unknown) => void;
  }
  let groups = new Map<string, { group: Group; waiting: Waiting[] }>();

  async function send(group: Group, items: readonly Item[], waiting: readonly Waiting[]): Promise<void> {
    try {
      const answerOf = await ask(group, items);
      for (const [place, { resolve }] of waiting.entries()) resolve(answerOf(place));
    } catch (fault) {
      for (const { reject } of waiting) reject(fault);
    }
  }

  /** Whoever asked hears of everything: nobody else would. */
  async function sendGroup({ group, waiting }: { group: Group; waiting: readonly Waiting[] }): Promise<void> {
    try {
      let sent = 0;
      for (const items of cut(waiting.map(({ item }) => item))) {
        void send(group, items, waiting.slice(sent, sent + items.length));
        sent += items.length;
      }
    } catch (fault) {
      for (const { reject } of waiting) reject(fault);
    }
  }

  function sendAll(): void {
    const all = groups.values();
    groups = new Map();
    for (const one of all) void sendGroup(one);
  }

  return (group, item) =>
    new Promise((resolve, reject) => {
      if (groups.size === 0) process.nextTick(sendAll);
      const name = nameOf(group);
      const known = groups.get(name) ?? { group, waiting: [] };
      groups.set(name, known);
      known.waiting.push({ item, resolve, reject });
    });
}
