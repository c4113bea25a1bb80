interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Waits until all of these have started.
 * @throws what kept the first of them, when those that did start are stopped again
 */
export async function allOrNone<const Starting extends readonly Promise<Stoppable>[]>(starting: Starting) {
  const each: readonly Promise<Stoppable>[] = starting;
  const settled = await Promise.allSettled(each);
  if (settled.some(({ status }) => status === 'rejected'))
    await Promise.all(settled.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
  return Promise.all(starting);
}
