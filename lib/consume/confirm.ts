import { describeThrown } from '../core/thrown.ts';
import type { Batch } from './batch.ts';
import type { Delivery } from './delivery.ts';

/**
 * Says of what was projected that it is, in one write for the batch; only then may guards be cut short, and only what is
 * said leaves the queue (protocol: told-before-cut).
 */
export async function confirmProjections(
  deliveries: readonly Delivery[],
  { options, ports, fates, guards, outage }: Batch,
): Promise<void> {
  const applied = deliveries.filter((delivery) => {
    const fate = fates.of(delivery);
    return fate?.kind === 'done' && fate.projected;
  });
  if (applied.length > 0) {
    try {
      await ports.records.markProjected(applied.map(({ key }) => key));
      const names = Object.keys(options.definition.projections);
      guards.over(
        applied.flatMap(({ key, message: { tenant } }) =>
          names.map((projection) => ({ tenant, eventKey: key, projection })),
        ),
      );
    } catch (error) {
      outage(applied, describeThrown(error));
    }
  }
  await guards.ended();
}
