import { basename } from 'node:path';
import { messageOf } from '../../../lib/core/errors.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import { EngineError } from '../engines/engine-error.ts';
import type { Engines } from '../engines/engines.ts';
import type { Lock } from './lock.ts';
import { type KeptEngines, SAVING_ORDER, type SavedState, saveState } from './save-state.ts';
import { type Manifest, StateFolder } from './state-folder.ts';

export interface KeepOptions {
  /** The folder; where it is, it need not be there. */
  path: string;
  /** `none`: nothing is read or written. `fresh`: what was kept is put aside. */
  mode: 'kept' | 'fresh' | 'none';
  engines: Pick<Engines, 'mongo' | 'redis' | 'sqs'>;
  clock: Clock;
  /** Hears what a person should know, a line each. */
  say(line: string): void;
}

/** The state of a local stack. */
export interface State {
  /** What is kept, for the banner. */
  readonly said: string;
  /** Whether the next start has what is in the queues, as far as this stack keeps it. */
  readonly isKept: boolean;
  /** What Redis derives from MongoDB may say other than MongoDB does: it is to be dropped and built anew. */
  readonly redisIsDoubtful: boolean;
  /** Saves from now on, every few seconds while something changes. Called before anything is served: what is kept is older from then on. */
  begin(): Promise<void>;
  /** Saves for the last time, when nothing runs any more but the engines. */
  end(): Promise<void>;
}

const PAUSE_MS = 3000;
/** A pause is at least so many times as long as what it follows, so that saving much takes little of the machine. */
const PAUSE_SHARE = 20;

const TITLES = { sqs: 'SQS', mongo: 'MongoDB', redis: 'Redis' } as const;

/**
 * Takes in what was kept, before anybody uses the engines.
 * @throws EngineError when a file of it cannot be read
 */
export async function keepState(options: KeepOptions): Promise<State> {
  const { path, mode, say } = options;
  const engines = keptOf(options);
  const why = reasonNot(options, engines);
  if (why !== undefined) return notKept(why);
  const folder = new StateFolder(path);
  try {
    const lock = await folder.lock();
    if (typeof lock !== 'number') return await openState(folder, lock, engines, options);
    say(`another start (process ${lock}) keeps its state in ${basename(path)}/: of this one nothing is kept`);
    return notKept(`process ${lock} has ${basename(path)}/`);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    say(`nothing is kept: ${messageOf(error)}`);
    return notKept(`${basename(path)}/ cannot be ${mode === 'kept' ? 'used' : 'written'}`);
  }
}

async function openState(folder: StateFolder, lock: Lock, engines: KeptEngines, options: KeepOptions): Promise<State> {
  const { clock, say } = options;
  try {
    const found = await usable(folder, engines, options);
    if (found) for (const line of await restore(folder, found, engines)) say(line);
    let last = found && { manifest: found, changes: await changesOf(engines) };
    const stopping = new AbortController();
    let running = Promise.resolve();
    let told = '';
    const write = async (step: () => Promise<SavedState | undefined>): Promise<void> => {
      try {
        last = await step();
        told = '';
      } catch (error) {
        const line = `the state cannot be saved (${messageOf(error)}); kept is that of ${last?.manifest.savedAt ?? 'no time'}`;
        if (line !== told) say(line);
        told = line;
      }
    };
    const save = (clean: boolean) => write(() => saveState(folder, engines, last, clean));
    const saveOften = async (): Promise<void> => {
      let pause = PAUSE_MS;
      for (;;) {
        await clock.sleep(pause, stopping.signal);
        if (stopping.signal.aborted) return;
        const before = clock.now();
        await save(false);
        pause = Math.max(PAUSE_MS, PAUSE_SHARE * (clock.now() - before));
      }
    };
    return {
      said: saidOf(folder, engines, options),
      isKept: engines.sqs !== undefined,
      redisIsDoubtful: isDoubtful(found, options),
      async begin() {
        await write(async () => last && (await unclean(folder, last)));
        running = saveOften();
      },
      async end() {
        stopping.abort();
        await running;
        await save(true);
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** What can be restored; what cannot is put aside, with a line. */
async function usable(folder: StateFolder, engines: KeptEngines, options: KeepOptions): Promise<Manifest | undefined> {
  const found = await folder.read();
  if (found === undefined) return undefined;
  const why =
    options.mode === 'fresh'
      ? 'as asked for'
      : found === 'unknown'
        ? 'it is of another version'
        : SAVING_ORDER.some((name) => isOther(name, found, engines, options))
          ? 'it is of other engines'
          : undefined;
  if (why === undefined && found !== 'unknown') return found;
  const aside = await folder.putAside(new Date(options.clock.now()));
  options.say(`what was kept is put aside, ${why}: ${basename(folder.path)}/${basename(aside)}`);
  return undefined;
}

/** What a Redis knew that is none of ours can be derived from MongoDB; what one that is named knows is not ours to drop. */
const isOther = (name: keyof KeptEngines, { files }: Manifest, engines: KeptEngines, { engines: all }: KeepOptions) =>
  (files[name] === undefined) !== (engines[name] === undefined) &&
  (name !== 'redis' || (engines.redis === undefined && !all.redis.temporary));

/** @returns what a person should know of it @throws EngineError that names the file */
async function restore(folder: StateFolder, { files }: Manifest, engines: KeptEngines): Promise<string[]> {
  const told = SAVING_ORDER.map(async (name) => {
    try {
      const file = files[name];
      return file === undefined ? [] : ((await engines[name]?.restore(folder.fileOf(file))) ?? []);
    } catch (cause) {
      const what = `what was kept of ${TITLES[name]} cannot be read (${messageOf(cause)})`;
      throw new EngineError(`${what}; npm start -- --fresh puts it aside and begins anew`, { cause });
    }
  });
  return (await Promise.all(told)).flat();
}

/** Says of what is kept that something runs, or has run, after it: a start that ends before that leaves it as it was. */
async function unclean(folder: StateFolder, { manifest, changes }: SavedState): Promise<SavedState> {
  const served = { ...manifest, clean: false };
  await folder.write(served);
  return { manifest: served, changes };
}

async function changesOf(engines: KeptEngines): Promise<SavedState['changes']> {
  const changes: SavedState['changes'] = {};
  for (const name of SAVING_ORDER) if (engines[name]) changes[name] = await engines[name].changes();
  return changes;
}

/** Of a Redis that is named nobody here knows whether it is. */
const isDoubtful = (found: Manifest | undefined, { engines: { redis } }: KeepOptions): boolean =>
  found !== undefined &&
  (redis.temporary === true || (redis.kept !== undefined && !(found.clean && found.files.redis !== undefined)));

function keptOf({ engines: { mongo, redis, sqs } }: KeepOptions): KeptEngines {
  return {
    ...(sqs.kept && { sqs: sqs.kept }),
    ...(mongo.kept && { mongo: mongo.kept }),
    ...(redis.kept && { redis: redis.kept }),
  };
}

/** Why nothing is kept, if nothing is. */
function reasonNot({ mode, engines: { mongo } }: KeepOptions, engines: KeptEngines): string | undefined {
  if (mode === 'none') return '';
  // What waits in queues, or is said by Redis, means nothing without the records.
  if (mongo.temporary) return `${mongo.name} begins anew with each start`;
  return Object.keys(engines).length === 0 ? 'each server keeps its own' : undefined;
}

function saidOf(folder: StateFolder, engines: KeptEngines, { engines: { redis } }: KeepOptions): string {
  const titles = SAVING_ORDER.flatMap((name) => (engines[name] ? [TITLES[name]] : []));
  const others = SAVING_ORDER.filter((name) => !engines[name] && !(name === 'redis' && redis.temporary));
  const anew = redis.temporary ? [`${redis.name} begins anew with each start`] : [];
  const part = [titles.join(' and '), ...anew, ...(others.length > 0 ? ['other servers keep their own'] : [])];
  return `${basename(folder.path)}/${part.length === 1 ? '' : `  of ${part.join('; ')}`}`;
}

const notKept = (why: string): State => ({
  said: `not kept${why && `: ${why}`}`,
  isKept: false,
  redisIsDoubtful: false,
  begin: async () => {},
  end: async () => {},
});
