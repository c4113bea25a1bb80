import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Reaper } from '../../../local/stack/reaper.ts';
import type { ArmName, ArmOrder, Work } from './arm-order.ts';

/** One turn of an arm. */
export interface Turn {
  /** How many events it has settled, or taken in. */
  events: number;
  /** Microseconds of processor time of its process, user and system, of all its threads. */
  cpu: number;
  /** Milliseconds by the clock. */
  ms: number;
  /** Bytes of its process at the end. */
  rss: number;
}

/** A process that has turns. */
export interface Arm {
  name: ArmName;
  /** Where it is asked by HTTP, of an arm that is a server. */
  url: string | undefined;
  /** Milliseconds of processor time that its process took to come so far. */
  openedCpuMs: number;
  /** Makes ready what the next turn works off; none of it counts. @param tenant whose it is, where an arm asks; absent: nobody says whose */
  prepare(work: Work, tenant?: string): Promise<void>;
  /** Works it off. @param drive what is done meanwhile from here, of an arm that is a server; says how many events */
  turn(drive?: () => Promise<number>): Promise<Turn>;
  /** What it has printed so far. */
  printedBytes(): number;
  end(): Promise<void>;
}

export type ArmQuestion =
  | { ask: 'open'; order: ArmOrder }
  | { ask: 'prepare'; work: Work; tenant?: string }
  | { ask: 'turn' }
  | { ask: 'begin' }
  | { ask: 'finish' };
export type ArmAnswer =
  | { kind: 'opened'; url?: string; cpuMs: number }
  | { kind: 'done' }
  | { kind: 'turn'; turn: Turn }
  | { kind: 'fault'; text: string };

/** What the processes of arms are given beside the search path. */
const credentials = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' };

/**
 * Starts an arm.
 * @param environment of a function that it runs
 * @throws Error with what it said when it does not come up; so do its turns
 */
export async function startArm(
  order: ArmOrder,
  environment: Readonly<Record<string, string>>,
  watch: Reaper['watch'],
): Promise<Arm> {
  const child = fork(join(import.meta.dirname, '../arms/arm-process.ts'), {
    env: {
      PATH: process.env.PATH,
      ...credentials,
      POWERTOOLS_LOG_LEVEL: order.logs ? 'INFO' : 'SILENT',
      ...environment,
    },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const unwatch = child.pid === undefined ? () => {} : watch(child.pid);
  let printed = 0;
  let last = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      printed += chunk.byteLength;
      last = (last + chunk.toString()).slice(-2000);
    });
  const gone = once(child, 'exit').then(([code, signal]): never => {
    unwatch();
    throw new Error(`the arm ${order.arm} ended with ${signal ?? `code ${code}`}: ${last}`);
  });
  // Whoever asks then hears it.
  gone.catch(() => {});
  const ask = async (question: ArmQuestion): Promise<ArmAnswer> => {
    const answered = once(child, 'message').then(([answer]) => answer as ArmAnswer);
    child.send(question);
    const answer = await Promise.race([answered, gone]);
    if (answer.kind === 'fault') throw new Error(`the arm ${order.arm} says: ${answer.text}`);
    return answer;
  };
  const opened = await ask({ ask: 'open', order });
  const { url, cpuMs: openedCpuMs } = opened.kind === 'opened' ? opened : { url: undefined, cpuMs: Number.NaN };
  const turnOf = (answer: ArmAnswer, events?: number): Turn => {
    if (answer.kind !== 'turn') throw new Error(`the arm ${order.arm} had no turn: it answered ${answer.kind}`);
    return { ...answer.turn, ...(events !== undefined && { events }) };
  };
  return {
    name: order.arm,
    url,
    openedCpuMs,
    prepare: async (work, tenant) =>
      void (await ask({ ask: 'prepare', work, ...(tenant !== undefined && { tenant }) })),
    async turn(drive) {
      if (!drive) return turnOf(await ask({ ask: 'turn' }));
      await ask({ ask: 'begin' });
      const events = await drive();
      return turnOf(await ask({ ask: 'finish' }), events);
    },
    printedBytes: () => printed,
    async end() {
      child.kill('SIGKILL');
      await gone.catch(() => {});
    },
  };
}
