import { DependencyError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { CollectionSetup, DatabaseSetup } from '../ports/database-setup.ts';
import type { MissingSetup } from '../ports/missing-setup.ts';
import type { Log } from '../sdk/log.ts';

/** The database that is to be set up. */
export interface SetUpDatabase {
  setUp: DatabaseSetup;
  missing: MissingSetup;
}

export interface SetUpPorts {
  /** Asked at each try: rights to read an address may be a moment old, and not be known everywhere yet. */
  connect(): Promise<SetUpDatabase>;
  clock: Clock;
  log: Log;
}

/** Time was over, and MongoDB goes on. */
export interface StillBuilding {
  /** What is not there yet, as far as it could be asked. */
  missing: readonly string[];
}

/** Of tries that soon met silence, one after another. */
const TRIES = 5;
const PAUSE_MS = 5000;
/** A try that lasted so long had an answer before: it began something, and its connection was cut. */
const LONG_MS = 60_000;
/** For hearing what is missing, whatever MongoDB has of its own: the answer needs the rest of what is left. */
const MISSING_MS = 10_000;

/**
 * Sets the database up, again and again while its connection is cut: what MongoDB has begun to build goes on without us, and each try
 * waits for it. https://jira.mongodb.org/browse/SERVER-101507
 * @param ms after which nobody waits any more
 * @throws DependencyError when MongoDB, or the store of its address, does not answer for about a minute; whatever a refused setup throws
 */
export async function setUpInTime(ms: number, ports: SetUpPorts): Promise<readonly CollectionSetup[] | StillBuilding> {
  const { clock, connect } = ports;
  const over = new AbortController();
  const ended = new AbortController();
  try {
    const done = await Promise.race([
      untilDone(ports, over.signal),
      clock.sleep(ms, ended.signal).then(() => undefined),
    ]);
    if (done) return done;
    const late = clock.sleep(MISSING_MS, ended.signal).then((): readonly string[] => []);
    return { missing: await Promise.race([orNothing(connect), late]) };
  } finally {
    over.abort();
    ended.abort();
  }
}

async function untilDone({ connect, clock, log }: SetUpPorts, over: AbortSignal): Promise<readonly CollectionSetup[]> {
  for (let failures = 0; ; ) {
    const began = clock.now();
    try {
      return await (await connect()).setUp();
    } catch (error) {
      if (!(error instanceof DependencyError)) throw error;
      failures = clock.now() - began < LONG_MS ? failures + 1 : 1;
      if (failures === TRIES) throw error;
      log.warn('a store does not answer; the setup tries again', { error });
      await clock.sleep(PAUSE_MS, over);
      if (over.aborted) throw error;
    }
  }
}

async function orNothing(connect: SetUpPorts['connect']): Promise<readonly string[]> {
  try {
    return await (await connect()).missing();
  } catch (error) {
    if (error instanceof DependencyError) return [];
    throw error;
  }
}
