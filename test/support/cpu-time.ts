/** Milliseconds that this process computes during the work: what other processes do meanwhile does not count, as it would by the clock. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
