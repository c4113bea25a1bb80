import { isDeepStrictEqual } from 'node:util';
import type { Shape } from '../../../deploy/apart/shape.ts';
import type { Builder } from '../../../deploy/build.ts';
import { BuildError } from '../../../deploy/build-error.ts';
import type { Bundles } from '../../../deploy/bundles.ts';
import { putFiles, removeOthers } from '../../../deploy/write-files.ts';
import { messageOf } from '../../../lib/core/errors.ts';
import { SluiceError } from '../../../lib/sdk/errors.ts';
import type { LocalFunction } from '../service.ts';
import { beyondReload, missingIn } from './beyond.ts';
import { areSame, type Sources } from './sources.ts';

export interface ReloadOptions {
  builder: Builder;
  /** What runs. */
  bundles: Bundles;
  shape: Shape;
  functions: readonly Pick<LocalFunction, 'key' | 'handler' | 'environment'>[];
  /** What that was built from. */
  sources: Sources;
  readSources(): Sources;
  readShape(): Promise<Shape>;
  /** Makes collections and indexes that are not there. */
  setUp(collections: Shape['collections']): Promise<void>;
  /** Gives these functions new processes. */
  replace(keys: readonly string[]): void;
  say(lines: string): void;
  now(): number;
}

/** So many functions are named in a line. */
const NAMED = 6;

/**
 * Makes of changed sources what runs: builds, looks whether it can run, then replaces the functions that are made of what changed.
 * What cannot run is told, once for the same reason; the code from before goes on, and the next change of any kind tries again.
 * @returns what is to be called after a change, with when it came; one call at a time
 */
export function createReload(options: ReloadOptions): (since: number) => Promise<void> {
  const { builder, readSources, readShape, setUp, replace, say, now } = options;
  const started = options.shape;
  let live = { bundles: options.bundles, made: madeOf(options, options.bundles, options.sources), shape: started };
  let seen = options.sources;
  /** Why what is saved does not run. */
  let broken: string | undefined;
  let toldBeyond: string | undefined;

  const refuse = (reason: string) => {
    if (reason !== broken) say(`not reloaded, the code from before goes on: ${reason}`);
    broken = reason;
  };
  const tellBeyond = (shape: Shape) => {
    const beyond = beyondReload(shape, started);
    if (beyond !== toldBeyond && beyond !== undefined)
      say(`restart npm start for what it makes at its start: ${beyond}`);
    toldBeyond = beyond;
  };

  return async (since) => {
    // Before the build: what is written meanwhile is a change again.
    const sources = readSources();
    // What was refused may have lacked what is no source: whatever is written tries it again.
    if (broken === undefined && areSame(sources, seen)) return;
    const [built, read] = await Promise.allSettled([builder.build(), readShape()]);
    if (built.status === 'rejected') return refuse(told(built.reason));
    if (read.status === 'rejected') return refuse(told(read.reason));
    const { value: bundles } = built;
    const { value: shape } = read;
    const missing = missingIn(shape, started);
    if (missing.length > 0) return refuse(`restart npm start, ${missing.join(' and ')} would be gone`);
    const made = madeOf(options, bundles, sources);
    const changed = [...made].filter(([key, parts]) => live.made.get(key) !== parts).map(([key]) => key);
    const mended = broken === undefined ? '' : 'mended: ';
    broken = undefined;
    seen = sources;
    if (changed.length === 0) {
      if (mended) say(`${mended}what is saved is what runs`);
      return tellBeyond(shape);
    }
    if (!isDeepStrictEqual(shape.collections, live.shape.collections))
      await setUp(shape.collections).catch((error: unknown) => say(`indexes are as before: ${messageOf(error)}`));
    putFiles(bundles.files, live.bundles.files);
    replace(changed);
    say(`${mended}reloaded ${named(consumersFirst(options, changed))} in ${Math.round(now() - since)} ms`);
    // Processes from before may still load what they were built with.
    const before = live.bundles.files;
    removeOthers(bundles.dist, (path) => bundles.files.has(path) || before.has(path));
    live = { bundles, made, shape };
    tellBeyond(shape);
  };
}

/** By function what it is made of: its sources with their hashes, and the files that its processes may still load. */
function madeOf({ functions }: ReloadOptions, bundles: Bundles, sources: Sources): Map<string, string> {
  return new Map(
    functions.map(({ key, handler, environment }) => {
      const entry = handler.split('/').at(-2) ?? '';
      const { inputs, later } = bundles.partsOf(entry, typesOf(environment));
      return [key, [...inputs.map((input) => `${input} ${sources.get(input)}`), ...later].sort().join('\n')];
    }),
  );
}

/** The event types that a function serves. */
const typesOf = ({ EVENT_TYPE, EVENT_TYPES }: Readonly<Record<string, unknown>>): string[] =>
  [EVENT_TYPE, EVENT_TYPES].flatMap((types) => (typeof types === 'string' && types !== '' ? types.split(',') : []));

/** Whoever mends a handler looks for its consumer. */
function consumersFirst({ functions }: ReloadOptions, keys: readonly string[]): string[] {
  const consumers = new Set(functions.filter(({ environment }) => 'EVENT_TYPE' in environment).map(({ key }) => key));
  return keys.toSorted((a, b) => Number(consumers.has(b)) - Number(consumers.has(a)));
}

const named = (keys: readonly string[]): string =>
  keys.length <= NAMED ? keys.join(', ') : `${keys.slice(0, NAMED).join(', ')} and ${keys.length - NAMED} more`;

/** Of a fault of ours all that is known. */
function told(error: unknown): string {
  if (!(error instanceof SluiceError)) throw error;
  const { location } = error instanceof BuildError ? error : {};
  if (!location) return error.message;
  const number = String(location.line);
  return [
    error.message,
    `  ${number} | ${location.lineText}`,
    `  ${' '.repeat(number.length)} | ${location.lineText.slice(0, location.column).replace(/\S/g, ' ')}^`,
  ].join('\n');
}
