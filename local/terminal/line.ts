import type { Happening } from './happening.ts';
import { printable } from './printable.ts';

/** https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters */
const CODES = { dim: 2, bad: 31, good: 32, doubtful: 33, who: 36, plain: 0 } as const;
const SHORT = 12;
const TAIL = 8;

/**
 * The line that a terminal shows: `12:00:01  cart.abandoned  …1b3c8e21  attempt 3/5  flaky: not yet  cart.abandoned.ts:21  next in 8 s`.
 * @param count over the happening's own, where it stands for several
 */
export function lineOf(happening: Happening, count: number, colour: boolean): string {
  const paint = (kind: keyof typeof CODES, text: string) =>
    colour && CODES[kind] !== 0 ? `\x1b[${CODES[kind]}m${text}\x1b[0m` : text;
  const { at, who, id, what, tone, said, next } = happening;
  return [
    paint('dim', at.toTimeString().slice(0, 'HH:MM:SS'.length)),
    paint('who', printable(who)),
    ...(id !== undefined && count === 1 ? [printable(shortOf(id))] : []),
    paint(tone, printable(what)),
    ...said.map(printable),
    ...(next !== undefined && count === 1 ? [next] : []),
    ...(count > 1 ? [`x ${count}`] : []),
  ].join('  ');
}

/** Its end, because ids of one minute begin alike (UUID version 7). */
const shortOf = (id: string): string => (id.length <= SHORT ? id : `…${id.slice(-TAIL)}`);

/**
 * Whether to write in colours: https://no-color.org; `FORCE_COLOR`, which Node itself heeds, where it is not a terminal.
 */
export function isColoured(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return isTerminal && env.TERM !== 'dumb';
}
