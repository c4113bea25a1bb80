import { setTimeout as wait } from 'node:timers/promises';
import type { UsedMemory } from '../../commands/memory/used.ts';
import type { FunctionSpec } from './environment.ts';
import { type FunctionProcess, type ProcessOptions, startProcess } from './function-process.ts';

export interface PoolOptions extends ProcessOptions {
  /** Most processes at a time. */
  processes: number;
  /** Invocations that one process takes at a time: 1, as in Lambda, or more where many small ones wait for each other. */
  invocationsEach: number;
  /** A process that has had nothing to do for so long ends; absent: none does. */
  idleMs?: number | undefined;
}

export interface FunctionPool {
  /** Runs the function; waits while all places are taken. @throws FunctionError, see FunctionProcess */
  invoke(event: unknown): Promise<unknown>;
  /** Starts a process before the first invocation asks for one, unless there is one. Resolves when it is ready, or gone. */
  warm(): Promise<void>;
  /** Ends the processes that have nothing to do now. */
  rest(): void;
  /**
   * Gives what follows new processes, which load the function anew; invocations under way end in the old ones.
   * @returns whether there was a process that still took invocations
   */
  replace(): boolean;
  /** What its processes use in all; undefined when there is none. */
  memory(): Promise<UsedMemory | undefined>;
  /**
   * Kills the process that has the next invocation, as a machine that dies does.
   * @param afterMs so long after it got it; an invocation that is answered before is left alone
   * @param withinMs no longer is waited for an invocation
   * @returns the event that it had; undefined when no process was killed
   */
  killNext(afterMs: number, withinMs: number): Promise<unknown>;
  /** Ends all processes at once. */
  end(): Promise<void>;
}

/** The execution environments of one function: started when needed, used again, replaced when they died. */
export function startPool(spec: FunctionSpec, options: PoolOptions): FunctionPool {
  const processes = new Set<FunctionProcess>();
  /** Replaced, and busy until their last answer. */
  const retired = new Set<FunctionProcess>();
  /** Those that have nothing to do. */
  const idle = new Map<FunctionProcess, NodeJS.Timeout>();
  const queue: (() => void)[] = [];
  let ended = false;
  let condemned: ((event: unknown, chosen: FunctionProcess, answer: Promise<unknown>) => void) | undefined;

  const start = (): FunctionProcess => {
    const started = startProcess(spec, options);
    processes.add(started);
    void started.gone.then(() => {
      processes.delete(started);
      retired.delete(started);
      occupied(started);
      queue.shift()?.();
    });
    return started;
  };
  const occupied = (one: FunctionProcess) => {
    clearTimeout(idle.get(one));
    idle.delete(one);
  };
  /** The busiest process that still has a place, so that idle ones stay idle; else a new one. */
  const place = (): FunctionProcess | undefined => {
    const free = [...processes].filter((one) => one.open() && one.busy() < options.invocationsEach);
    const [busiest] = free.toSorted((a, b) => b.busy() - a.busy());
    return busiest ?? (hasRoom() ? start() : undefined);
  };
  /** Of an inspected function one process at a time has the port. */
  const hasRoom = () => processes.size + (options.inspectPort === undefined ? 0 : retired.size) < options.processes;
  const answered = (one: FunctionProcess) => {
    queue.shift()?.();
    if (one.busy() > 0 || !one.open()) return;
    if (retired.has(one)) void one.end();
    else if (options.idleMs !== undefined) {
      // Answers that came together are each told when none is waited for any more.
      occupied(one);
      idle.set(one, setTimeout(() => void one.end(), options.idleMs).unref());
    }
  };

  return {
    async invoke(event) {
      for (;;) {
        if (ended) throw new Error(`${spec.name} has been stopped`);
        const chosen = place();
        if (chosen) {
          occupied(chosen);
          const answer = chosen.invoke(event);
          condemned?.(event, chosen, answer);
          return answer.finally(() => answered(chosen));
        }
        await new Promise<void>((resolve) => queue.push(resolve));
      }
    },
    async warm() {
      while (!hasRoom() && processes.size === 0 && retired.size > 0)
        await Promise.race([...retired].map(({ gone }) => gone));
      if (processes.size === 0 && !ended) await start().ready;
    },
    rest() {
      for (const one of processes) if (one.busy() === 0) void one.end();
    },
    replace() {
      const old = [...processes];
      processes.clear();
      for (const one of old) {
        retired.add(one);
        if (one.busy() === 0) void one.end();
      }
      for (const wake of queue.splice(0)) wake();
      return old.length > 0;
    },
    async memory() {
      const used = (await Promise.all([...processes, ...retired].map((one) => one.memory()))).filter(
        (one) => one !== undefined,
      );
      if (used.length === 0) return undefined;
      return used.reduce((all, { rss, live }) => ({ rss: all.rss + rss, live: all.live + live }));
    },
    killNext(afterMs, withinMs) {
      const { promise, resolve } = Promise.withResolvers<unknown>();
      const timer = setTimeout(() => {
        condemned = undefined;
        resolve(undefined);
      }, withinMs);
      condemned = (event, chosen, answer) => {
        clearTimeout(timer);
        condemned = undefined;
        void killUnlessAnswered(chosen, answer, afterMs).then((killed) => resolve(killed ? event : undefined));
      };
      return promise;
    },
    async end() {
      ended = true;
      for (const wake of queue.splice(0)) wake();
      await Promise.all([...processes, ...retired].map((one) => one.end()));
    },
  };
}

async function killUnlessAnswered(
  chosen: FunctionProcess,
  answer: Promise<unknown>,
  afterMs: number,
): Promise<boolean> {
  const unanswered = answer.then(
    () => false,
    () => true,
  );
  const over = await Promise.race([unanswered.then(() => true), wait(afterMs, false)]);
  if (over) return false;
  await chosen.end();
  // Its answer may have been on its way.
  return unanswered;
}
