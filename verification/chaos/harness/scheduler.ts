import { setImmediate as tick, setTimeout as wait } from 'node:timers/promises';
import type { Random } from './random.ts';

/** A call that has not been answered after this waits for a lock that another actor holds. */
const BLOCKED_MS = 40;
/** Nothing has moved for this long: the experiment is stuck, not the code. */
const STUCK_MS = 10_000;
interface Step {
  actor: string;
  what: string;
  /** It may happen, and nobody waits for it. */
  rare: boolean;
  go(): Promise<void>;
}

/** Lets one actor make one step at a time, and a seed decide whose turn it is: every interleaving can happen, none has to be waited for. */
export interface Scheduler {
  /** Makes a call when it is this actor's turn. */
  step<Value>(actor: string, what: string, call: () => Promise<Value>): Promise<Value>;
  /** Resolves when it is its turn, which may never come. */
  rarely(actor: string, what: string, signal?: AbortSignal): Promise<void>;
  /** An actor that makes no further step: its process is gone. */
  stop(actor: string): void;
  /**
   * Runs until every actor is at its end and nothing is under way.
   * @param after each step; its error ends the run
   * @returns the steps in the order in which they were made
   * @throws Error when nothing moves any more
   */
  run(actors: readonly Promise<unknown>[], after: (step: string) => Promise<void>): Promise<string[]>;
}

export interface SchedulerOptions {
  /** An actor that hardly ever gets a turn while others want one. */
  slow?: string | undefined;
  /** How often something happens that need not: that time is up. */
  rare?: number;
}

export function createScheduler(random: Random, { slow, rare: often = 0 }: SchedulerOptions = {}): Scheduler {
  const waiting: Step[] = [];
  const stopped = new Set<string>();
  let underWay = 0;
  let moved = performance.now();

  const choose = (): Step | undefined => {
    const able = waiting.filter(({ actor }) => !stopped.has(actor));
    const due = able.filter(({ rare }) => !rare || random.chance(often));
    const quick = due.filter(({ actor }) => actor !== slow || random.chance(0.1));
    const from = quick.length > 0 ? quick : due;
    return from.length > 0 ? random.pick(from) : undefined;
  };

  return {
    step: (actor, what, call) =>
      new Promise((resolve, reject) => {
        waiting.push({
          actor,
          what,
          rare: false,
          go: () => call().then(resolve, reject),
        });
      }),
    rarely: (actor, what, signal) =>
      new Promise((resolve) => {
        const one: Step = { actor, what, rare: true, go: async () => resolve() };
        waiting.push(one);
        signal?.addEventListener('abort', () => {
          const index = waiting.indexOf(one);
          if (index >= 0) waiting.splice(index, 1);
          resolve();
        });
      }),
    stop: (actor) => void stopped.add(actor),
    async run(actors, after) {
      let open = actors.length;
      for (const actor of actors) void actor.finally(() => open--).catch(() => {});
      const made: string[] = [];
      for (;;) {
        // What an answer sets going reaches its next step in these turns of the loop.
        await tick();
        await tick();
        const wanted = waiting.some(({ actor, rare }) => !rare && !stopped.has(actor));
        if (!wanted && underWay === 0 && open === 0) return made;
        const chosen = choose();
        if (!chosen) {
          if (performance.now() - moved > STUCK_MS) throw new Error(`nothing moves any more after: ${made.join(', ')}`);
          await wait(1);
          continue;
        }
        moved = performance.now();
        waiting.splice(waiting.indexOf(chosen), 1);
        const name = `${chosen.actor}: ${chosen.what}`;
        made.push(name);
        underWay++;
        const going = chosen.go().finally(() => underWay--);
        await Promise.race([going, wait(BLOCKED_MS)]);
        await after(name);
      }
    },
  };
}
