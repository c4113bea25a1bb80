import { setTimeout as wait } from 'node:timers/promises';
import type { Effects, EffectsReader, EffectsTarget, Example, ExampleEffects } from './example.ts';
import { patiently } from './patiently.ts';
import type { Planned } from './plan.ts';

const LONGEST_CATCHING_UP_MS = 10_000;
const LOOK_EVERY_MS = 100;

/** The numbers of all examples as one. */
export interface EffectsBook {
  expected(planned: readonly Planned[]): Effects;
  read(): Promise<Effects>;
  /** By how much they have changed since `before`, once that is what was wanted, or the time is over: projections follow MongoDB by a moment. */
  change(before: Effects, wanted: Effects): Promise<Effects>;
  differences(wanted: Effects, got: Effects): string[];
  /** Numbers as words; an estimate is marked as one. */
  words(effects: Effects): [name: string, value: string][];
  more(): Promise<{ line: string; fields: Readonly<Record<string, unknown>> }[]>;
  close(): Promise<void>;
}

export function effectsBook(examples: readonly Example[], target: EffectsTarget, signal: AbortSignal): EffectsBook {
  const declared = examples.flatMap(({ effects }) => (effects ? [effects] : []));
  const readers: EffectsReader[] = declared.map(({ reader }) => reader(target));
  const estimated = new Set(declared.flatMap((one) => [...one.estimated]));
  const merged = (all: readonly Effects[]): Effects => Object.assign({}, ...all);
  const read = async () => merged(await Promise.all(readers.map((reader) => patiently(() => reader.read(), signal))));
  const differences = (wanted: Effects, got: Effects) => effectDifferences(wanted, got, estimated);
  return {
    expected: (planned) => merged(declared.map(({ expected }) => expected(planned))),
    read,
    differences,
    async change(before, wanted) {
      for (const until = Date.now() + LONGEST_CATCHING_UP_MS; ; await wait(LOOK_EVERY_MS, undefined, { signal })) {
        const now = Object.entries(await read());
        const changed = Object.fromEntries(now.map(([name, value]) => [name, value - (before[name] ?? 0)]));
        if (differences(wanted, changed).length === 0 || Date.now() > until) return changed;
      }
    },
    words: (effects) =>
      Object.entries(effects).map(([name, value]) => [`${name}${estimated.has(name) ? ', about' : ''}`, String(value)]),
    more: () => Promise.all(readers.map((reader) => patiently(() => reader.more(), signal))),
    close: async () => void (await Promise.all(readers.map((reader) => reader.close()))),
  };
}

/** How far an estimate may be off. */
const tolerance = (value: number): number => Math.ceil(value * 0.03) + 1;

/** One line for each number that is not what it had to become. */
export const effectDifferences = (wanted: Effects, got: Effects, estimated: ExampleEffects['estimated']): string[] =>
  Object.entries(wanted).flatMap(([name, want]) => {
    const is = got[name] ?? 0;
    const off = Math.abs(is - want);
    return off <= (estimated.has(name) ? tolerance(want) : 0) ? [] : [`${name}: ${is} instead of ${want}`];
  });
