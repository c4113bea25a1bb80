import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

const sources = globSync('lib/**/*.ts', { cwd: root }).map((path) => ({
  path,
  text: readFileSync(join(root, path), 'utf8').replace(/\/\*.*?\*\/|(^|\s)\/\/.*$/gms, ''),
}));

/** An expression stands where a value may stand; what divides follows one. */
const LITERAL = /(?<=[(,=:[!&|?;>]\s*|return )\/((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+)\/([dgimsuvy]*)/g;

const literals = sources.flatMap(({ path, text }) =>
  [...text.matchAll(LITERAL)].map(([, source = '', flags]) => ({ path, expression: new RegExp(source, flags) })),
);

/** Those that are put together when their file is loaded. */
async function composed(): Promise<typeof literals> {
  const found: typeof literals = [];
  const original = globalThis.RegExp;
  for (const { path } of sources.filter(({ text }) => text.includes('new RegExp('))) {
    globalThis.RegExp = new Proxy(original, {
      construct: (target, [source, flags]) => {
        const expression = new target(source, flags);
        found.push({ path, expression });
        return expression;
      },
    });
    try {
      await import(join(root, path));
    } finally {
      globalThis.RegExp = original;
    }
  }
  return found;
}

/** What a search that begins anew at every place takes long over, and what nearly fits. */
const pieces = ['a', '0', ' ', '-', '"', '\\', '/', '://', 'a@', 'a.', '%a', '\\"', ' at ', 'a1-', '{"a":', '\n'];
/** Of this length nothing linear takes longer than that, on any machine; what grows by the square takes a thousand times as long. */
const LENGTH = 100_000;
const NOTICEABLE_MS = 20;

const time = (expression: RegExp, text: string): number => {
  const start = cpuMs();
  text.replace(expression, '');
  return cpuMs() - start;
};
const cpuMs = (): number => process.cpuUsage().user / 1000;
const times = (many: number, run: () => number) => Array.from({ length: many }, run).toSorted((a, b) => a - b);
/** Also where the machine is busy, or the expression is being compiled. */
const isNoticeable = (run: () => number): boolean =>
  run() > NOTICEABLE_MS && times(3, run).every((ms) => ms > NOTICEABLE_MS);
const median = (run: () => number): number => times(5, run)[2] ?? 0;

/** @returns by what the time grows when the text is twice as long; 1 where it is not to be noticed */
function growth(expression: RegExp, piece: string): number {
  const text = (length: number) => `${piece.repeat(Math.ceil(length / piece.length))}\u0000`;
  // One that grows by the square would take minutes at the full length.
  const tenth = text(LENGTH / 10);
  if (isNoticeable(() => time(expression, tenth))) return Number.POSITIVE_INFINITY;
  const [short, long] = [text(LENGTH), text(LENGTH * 2)];
  if (!isNoticeable(() => time(expression, long))) return 1;
  return median(() => time(expression, long)) / median(() => time(expression, short));
}

test('entry 3: every expression in lib/ takes linear time over hostile texts', async () => {
  const expressions = [...literals, ...(await composed())];
  expect(expressions.length).toBeGreaterThan(50);
  const slow = expressions.flatMap(({ path, expression }) =>
    pieces
      .filter((piece) => growth(expression, piece) > 3)
      .map((piece) => `${path}: ${expression} over ${JSON.stringify(piece)}`),
  );
  expect(slow).toEqual([]);
});

test('an expression that is not is found', () => {
  expect(growth(/(\w+:\/\/)[^/\s]*@/g, 'a')).toBeGreaterThan(3);
});
