import type { Found, Report } from './fuzz.ts';
import { linesOf } from './programs/program.ts';

/** A report as a person reads it. */
export function textOf({ seed, programs, sent, refused, fleeting, unanswered, differences }: Report): string {
  const times = Object.values(refused).reduce((sum, one) => sum + one, 0);
  const unknown = Object.entries(refused)
    .toSorted(([, a], [, b]) => b - a)
    .map(([what, count]) => `  ${String(count).padStart(5)}  ${what}`);
  return [
    ...differences.flatMap((found) => [describe(found), '']),
    `Seed ${seed}: ${programs} programs, ${sent} commands. ${differences.length} differences.`,
    `${times} programs ended early, where the engine said that it does not know something${times > 0 ? ':' : '.'}`,
    ...unknown,
    ...fleeting.flatMap((found) => ['It did not come again:', describe(found)]),
    ...(unanswered.length > 0 ? [`The real server did not survive: ${unanswered.join(', ')}`] : []),
  ].join('\n');
}

function describe({ number, times, program, engine, server }: Found): string {
  const others = times > 1 ? `, and the like in ${times - 1} more` : '';
  return [
    `Program ${number}${others}:`,
    ...linesOf(program).map((line) => `  ${line}`),
    `  engine: ${JSON.stringify(engine)}`,
    `  server: ${JSON.stringify(server)}`,
  ].join('\n');
}
