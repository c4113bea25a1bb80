import { messageOf } from '../core/errors.ts';
import type { Renew } from '../core/renew.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Log } from '../sdk/log.ts';
import { keepAwake } from './awake.ts';

interface RenewPorts {
  /** @throws when it cannot be read, or is none */
  read(): Promise<string>;
  clock: Clock;
  random: Random;
  log: Log;
}

/** All environments of a stage are refused at about the same time. */
const SPREAD_MS = 100;
/** Between two reads; twice as long each time that one brings nothing new. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Reads an address again when its credentials were refused: at most one read at a time, and the more rarely the longer it brings nothing
 * new, so that credentials which are really wrong are no storm on their store.
 * @param name of the variable, for the log
 * @param first the address that was read when the function started
 */
export function createRenew(name: string, first: string, { read, clock, random, log }: RenewPorts): Renew {
  let known = first;
  let reading: Promise<void> | undefined;
  let inVain = 0;
  let nextAt = 0;

  async function again(check?: (address: string) => void): Promise<void> {
    await clock.sleep(random() * SPREAD_MS);
    const before = known;
    try {
      const next = await read();
      check?.(next);
      known = next;
    } catch (error) {
      log.warn('an address could not be read again', { variable: name, error: messageOf(error) });
    }
    inVain = known === before ? inVain + 1 : 0;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, inVain - 1));
    nextAt = clock.now() + pause * (1 + random()) * 0.5;
    if (inVain === 0) log.info('credentials were refused, and others are there', { variable: name });
    else
      log.warn('credentials were refused, and no others are there', {
        variable: name,
        next_read_ms: Math.round(pause),
      });
  }

  return async (refused, check) => {
    // Somebody else may have read it meanwhile.
    if (known === refused && (reading || clock.now() >= nextAt)) {
      reading ??= keepAwake(again(check)).finally(() => {
        reading = undefined;
      });
      await reading;
    }
    return known === refused ? undefined : known;
  };
}
