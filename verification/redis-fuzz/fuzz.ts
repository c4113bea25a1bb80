import { carryOut } from './carry-out.ts';
import { compare, type Verdict } from './compare.ts';
import { programOf } from './programs/any-program.ts';
import type { Program } from './programs/program.ts';
import type { FuzzedServer } from './servers/engine.ts';
import { shrink } from './shrink.ts';

export interface Found {
  /** The number of the first program that showed it, for `--only`. */
  number: number;
  /** How many programs showed the like. */
  times: number;
  program: Program;
  engine: string;
  server: string;
}

export interface Report {
  seed: number;
  programs: number;
  /** Commands and other bytes that were sent. */
  sent: number;
  /** What the engine said it does not know, and in how many programs. */
  refused: Record<string, number>;
  /** Differences that were not there when the same program ran again: chance or the clock had a part in them. */
  fleeting: Found[];
  /** Programs that the real server did not survive. */
  unanswered: number[];
  differences: Found[];
}

export interface Servers {
  engine: FuzzedServer;
  server: FuzzedServer;
  /** Puts another in the place of one that does not answer any more. */
  renew(which: 'engine' | 'server'): Promise<void>;
}

/** How one program fared on both. */
export async function judge(servers: Servers, program: Program): Promise<Verdict> {
  const begun = performance.now();
  const [engine, server] = await Promise.allSettled([
    carryOut(servers.engine.port, program),
    carryOut(servers.server.port, program),
  ]);
  if (server.status === 'rejected') {
    await servers.renew('server');
    return { is: 'unanswered' };
  }
  if (engine.status === 'fulfilled') return compare(program, engine.value, server.value, performance.now() - begun);
  await servers.renew('engine');
  return { is: 'different', step: program.length, engine: String(engine.reason), server: 'answers' };
}

/**
 * Sends random programs to both servers, and makes what is answered differently as small as it goes: the first of each kind.
 * @param numbers of the programs, which with the seed say what each is
 * @param progress hears how far it is
 */
export async function fuzz(
  servers: Servers,
  seed: number,
  numbers: Iterable<number>,
  progress: (done: number, differences: number) => void,
): Promise<Report> {
  const report: Report = { seed, programs: 0, sent: 0, refused: {}, fleeting: [], unanswered: [], differences: [] };
  const kinds = new Map<string, Found>();
  for (const number of numbers) {
    const program = programOf(seed, number);
    const verdict = await judge(servers, program);
    report.programs++;
    report.sent += program.reduce((sum, step) => sum + ('sent' in step ? step.sent.length : 0), 0);
    if (verdict.is === 'refused') report.refused[verdict.what] = (report.refused[verdict.what] ?? 0) + 1;
    if (verdict.is === 'unanswered') report.unanswered.push(number);
    if (verdict.is === 'different') {
      const { engine, server } = verdict;
      await noteDifference(servers, report, kinds, { number, times: 1, program, engine, server });
    }
    progress(report.programs, report.differences.length);
  }
  return report;
}

/** Counts a difference with those of its kind; the first of a kind is made small. */
async function noteDifference(
  servers: Servers,
  report: Report,
  kinds: Map<string, Found>,
  found: Found,
): Promise<void> {
  const known = kinds.get(kindOf(found));
  if (known) {
    known.times++;
    return;
  }
  const again = async (program: Program) => {
    const verdict = await judge(servers, program);
    // A word that lost letters may be a command that the engine leaves out.
    return verdict.is === 'different' && isUnknown(verdict) === isUnknown(found);
  };
  if (!(await again(found.program))) {
    report.fleeting.push(found);
    return;
  }
  const program = await shrink(found.program, again);
  const verdict = await judge(servers, program);
  const smallest =
    verdict.is === 'different' ? { ...found, program, engine: verdict.engine, server: verdict.server } : found;
  // What it came down to may be of a kind that another program showed.
  const same = kinds.get(kindOf(smallest)) ?? smallest;
  if (same === smallest) report.differences.push(smallest);
  else same.times++;
  for (const one of [found, smallest]) kinds.set(kindOf(one), same);
}

const isUnknown = ({ engine }: { engine: string }): boolean => engine.includes('ERR unknown command');

/** Alike are answers that differ in numbers and names alone. */
const kindOf = ({ engine, server }: { engine: string; server: string }): string =>
  [engine, server].map((text) => text.replace(/\d+/g, '0').replace(/'[^']*'/g, "''")).join(' / ');
