/**
 * The same, and when it has not been called for a while, what it works with is let go.
 * @param changed runs alone: it is not called before it has ended
 * @param ms what a while is
 * @param failed hears why `rest` did not
 */
export function resting(
  changed: (since: number) => Promise<void>,
  { ms, rest, failed }: { ms: number; rest(): Promise<void>; failed(error: unknown): void },
): (since: number) => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  return async (since) => {
    clearTimeout(timer);
    try {
      await changed(since);
    } finally {
      timer = setTimeout(() => void rest().catch(failed), ms).unref();
    }
  };
}
