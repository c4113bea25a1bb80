import type { Happening } from './happening.ts';

/** For so long what happens again is counted, and shown together. */
const WINDOW_MS = 1000;
const MOST = 1000;

interface Repeated {
  last: Happening;
  /** Since it was shown. */
  count: number;
  until: number;
}

export interface Repeats {
  take(happening: Happening): void;
  /** Shows what was counted in windows that are over; to be called now and then. */
  flush(): void;
  /** Shows all that was counted. */
  end(): void;
}

/**
 * Shows the first of what happens alike at once, and the others of the same second in one line: under load one fault comes hundreds of
 * times.
 * @param show with how many events, or times, the happening stands for
 */
export function repeatsOf(show: (happening: Happening, count: number) => void, now: () => number): Repeats {
  const all = new Map<string, Repeated>();
  const flush = (isOver: (one: Repeated) => boolean): void => {
    for (const [key, one] of all) {
      if (!isOver(one)) continue;
      all.delete(key);
      if (one.count === 0) continue;
      show(one.last, one.count);
      all.set(key, { ...one, count: 0, until: now() + WINDOW_MS });
    }
  };
  const end = (): void => {
    flush(() => true);
    all.clear();
  };
  return {
    take(happening) {
      const key = [happening.who, happening.what, ...happening.said].join('\n');
      const one = all.get(key);
      if (one) {
        all.set(key, { ...one, last: happening, count: one.count + happening.count });
        return;
      }
      if (all.size >= MOST) end();
      all.set(key, { last: happening, count: 0, until: now() + WINDOW_MS });
      show(happening, happening.count);
    },
    flush: () => flush(({ until }) => until <= now()),
    end,
  };
}
