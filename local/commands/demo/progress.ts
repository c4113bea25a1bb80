import type { WriteStream } from 'node:tty';

export interface Progress {
  show(text: string): void;
  /** Ends the updating line. */
  end(): void;
}

const LINE_EVERY_MS = 2000;

/** One line that updates itself on a terminal; elsewhere a line every two seconds, so that a log stays short. */
export function progressOn(stream: Pick<WriteStream, 'write' | 'isTTY'>, now: () => number = Date.now): Progress {
  if (stream.isTTY) {
    return { show: (text) => void stream.write(`\r\x1b[K${text}`), end: () => void stream.write('\r\x1b[K') };
  }
  let last = Number.NEGATIVE_INFINITY;
  return {
    show(text) {
      if (now() - last < LINE_EVERY_MS) return;
      last = now();
      stream.write(`${text}\n`);
    },
    end: () => undefined,
  };
}
