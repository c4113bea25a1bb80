import type { Heard } from './carry-out.ts';
import { masked, mayDiffer } from './known-differences.ts';
import { leftOutCommands } from './programs/commands.ts';
import { type Program, type Step, wordsOf } from './programs/program.ts';

export type Verdict =
  | { is: 'same' }
  /** The engine said that it does not know something; what came after was not compared. */
  | { is: 'refused'; what: string }
  /** The real server did not survive it. */
  | { is: 'unanswered' }
  | { is: 'different'; step: number; engine: string; server: string };

/** What they run was said in another step, or in another place. */
const deferring = /^(EXEC|EVAL(SHA)?(_RO)?)$/i;
/** hash-max-listpack-value of a default redis.conf. */
const LONG = 64;
/** Between two readings of a clock that show the same time. */
const CLOCK_MS = 5;

interface Tolerance {
  order: boolean;
  /** How far two times may lie apart, in what they are counted in. */
  clock: number;
}

/**
 * Compares what two servers answered, line by line, each to the byte but for order and time where nobody promises them.
 * @param elapsedMs how long the slower one took
 */
export function compare(
  program: Program,
  engine: readonly Heard[],
  server: readonly Heard[],
  elapsedMs: number,
): Verdict {
  const words = program.flatMap(wordsOf);
  for (const [index, ours] of engine.entries()) {
    const theirs = server[index];
    if (!theirs) throw new Error('one server went through fewer steps than the other');
    const tolerance = toleranceOf(program[index], words, elapsedMs);
    for (const client of [0, 1] as const) {
      const ended = { engine: ours.ended[client], server: theirs.ended[client] };
      const found = compareTexts(ours.texts[client], theirs.texts[client], tolerance);
      if (found?.refused !== undefined) return { is: 'refused', what: found.refused };
      if (found) return { is: 'different', step: index, engine: found.engine, server: found.server };
      if (ended.engine !== ended.server)
        return { is: 'different', step: index, engine: closes(ended.engine), server: closes(ended.server) };
    }
    const unheard = ours.ended.includes(true) ? wordsIn(program[index]).find(isLeftOut) : undefined;
    if (unheard !== undefined) return { is: 'refused', what: unheard.toUpperCase() };
  }
  return { is: 'same' };
}

const wordsIn = (step: Step | undefined): string[] => (step ? wordsOf(step) : []);

/** Whoever closes a connection may take answers along: that the engine does not know a command is then heard by nobody. */
const isLeftOut = (word: string): boolean => leftOutCommands.includes(word.toUpperCase());

const closes = (ended: boolean): string => (ended ? 'closes the connection' : 'leaves the connection open');

/** @param step undefined for what is read at the end */
function toleranceOf(step: Step | undefined, all: readonly string[], elapsedMs: number): Tolerance {
  const own = step && wordsOf(step);
  if (!own) return { order: true, clock: elapsedMs + CLOCK_MS };
  const words = own.some((word) => deferring.test(word)) ? all : own;
  const { order, clock } = mayDiffer(
    words,
    all.some((word) => word.length > LONG),
  );
  return { order, clock: clock ? elapsedMs + CLOCK_MS : 0 };
}

interface Difference {
  engine: string;
  server: string;
  /** What the engine does not know, if that is why. */
  refused?: string;
}

function compareTexts(engine: string, server: string, tolerance: Tolerance): Difference | undefined {
  if (engine === server) return undefined;
  const [ours, theirs] = [linesOf(engine, tolerance), linesOf(server, tolerance)];
  for (let at = 0; at < Math.max(ours.length, theirs.length); at++) {
    const [our = '', their = ''] = [ours[at], theirs[at]];
    if (our === their || sameTime(our, their, tolerance.clock)) continue;
    // A bulk string's length comes before it.
    const near = (lines: string[]) => (tolerance.order ? lines : lines.slice(at, at + 2));
    const refused = near(theirs).some(refusalOf) ? undefined : near(ours).map(refusalOf).find(Boolean);
    const shown = (lines: string[]) => lines.slice(at, at + (/^\$/.test(lines[at] ?? '') ? 2 : 1)).join('\r\n');
    return { engine: shown(ours), server: shown(theirs), ...(refused !== undefined && { refused }) };
  }
  return undefined;
}

function linesOf(text: string, { order }: Tolerance): string[] {
  const lines = masked(text).split('\r\n');
  return order ? lines.toSorted() : lines;
}

function sameTime(our: string, their: string, clock: number): boolean {
  if (clock === 0 || !/^:\d+$/.test(our) || !/^:\d+$/.test(their)) return false;
  return Math.abs(Number(our.slice(1)) - Number(their.slice(1))) <= clock;
}

const refusals = [
  new RegExp(`ERR unknown command '(${leftOutCommands.join('|')})'`),
  /(the embedded engine does not know \S+(?: in scripts)?)/,
  /(ERR Command not allowed inside a transaction)/,
];

/** What a line of the engine says it does not know. */
function refusalOf(line: string): string | undefined {
  return refusals.map((pattern) => pattern.exec(line)?.[1]).find((what) => what !== undefined);
}
