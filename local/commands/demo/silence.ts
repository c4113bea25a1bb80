import type { Dependency } from '../../../lib/core/errors.ts';
import { KEPT_MS } from '../../../lib/http/get-health.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import { nameOf } from '../../stack/functions-health.ts';

/** What does not serve the functions while the demo runs. */
export interface Silence {
  /** At the last look: `, silent: Redis`, to be put behind a line of progress; empty when all is up. */
  now(): string;
  /** One line for each dependency that was silent twice in a row: the outage that the demo makes itself ends before. */
  lines(): string[];
  stop(): void;
}

/**
 * Asks for the health again and again, so that a demo that crawls says why.
 * @param look what is silent, as the functions see it; undefined when nobody said
 */
export function watchSilence(look: () => Promise<readonly Dependency[] | undefined>, clock: Clock): Silence {
  const stopped = new AbortController();
  const lasting = new Map<Dependency, number>();
  let silent: readonly Dependency[] = [];
  let looks = 0;
  const watch = async () => {
    while (!stopped.signal.aborted) {
      const seen = (await look()) ?? [];
      looks++;
      for (const one of seen) if (silent.includes(one)) lasting.set(one, (lasting.get(one) ?? 1) + 1);
      silent = seen;
      await clock.sleep(KEPT_MS, stopped.signal);
    }
  };
  void watch();
  return {
    now: () => (silent.length === 0 ? '' : `, silent: ${silent.map((one) => nameOf[one]).join(', ')}`),
    lines: () =>
      [...lasting].map(
        ([one, times]) =>
          `${nameOf[one]} did not serve the functions at ${times} of ${looks} looks: GET /health called it down`,
      ),
    stop: () => stopped.abort(),
  };
}
