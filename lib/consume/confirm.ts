import { messageOf } from '../core/errors.ts';
import { describeThrown } from '../core/thrown.ts';
import type { Batch } from './batch.ts';
import type { Delivery } from './delivery.ts';

/**
 * Says of what was projected that it is, in one write for the batch; only then are guards cut short, and only what is
 * said leaves the queue (protocol: told-before-cut).
 */
export async function confirmProjections(
  deliveries: readonly Delivery[],
  { options, ports, fates, outage }: Batch,
): Promise<void> {
  const applied = deliveries.filter((delivery) => {
    const fate = fates.of(delivery);
    return fate?.kind === 'done' && fate.projected;
  });
  if (applied.length === 0) return;
  try {
    await ports.records.markProjected(applied.map(({ key }) => key));
  } catch (error) {
    return outage(applied, describeThrown(error));
  }
  const names = Object.keys(options.definition.projections);
  const guards = applied.flatMap(({ key, message: { tenant } }) =>
    names.map((projection) => ({ tenant, eventKey: key, projection })),
  );
  await ports.projections
    .cutGuards(guards)
    .catch((error: unknown) => ports.log.warn('guards keep their seven days', { reason: messageOf(error) }));
}
