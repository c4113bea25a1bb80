import type { Delivery } from './delivery.ts';
import { PermanentError, SluiceError } from './errors.ts';
import type { EventDefinition } from './event.ts';
import type { Fates } from './fates.ts';
import type { Runnable } from './handle.ts';
import type { Clock } from './ports.ts';
import type { Settling } from './settle.ts';

/**
 * What may run of these: the queue is untrusted input, so data meets its schema again. Expired events are settled without running;
 * invalid data is dead-lettered, unless a newer ingest may have let it in: then it waits for a newer consumer.
 * @param schemaHash of the schema in this bundle
 */
export async function admit(
  deliveries: readonly Delivery[],
  definition: EventDefinition,
  schemaHash: string,
  settling: Settling,
  fates: Fates,
  clock: Clock,
): Promise<Runnable[]> {
  const admitted = await Promise.all(
    deliveries.map(async (delivery): Promise<Runnable[]> => {
      const { id, source, type, subject, time, recordedtime, extensions, data, schema } = delivery.message;
      if (typeof extensions.expirytime === 'string' && Date.parse(extensions.expirytime) <= clock.now()) {
        await fates.step(delivery, () => settling.expire(delivery));
        return [];
      }
      const parsed = definition.data.safeParse(data);
      if (parsed.success) {
        return [
          {
            delivery,
            event: {
              id,
              source,
              type,
              time,
              recordedtime,
              extensions,
              data: parsed.data,
              ...(subject !== undefined && { subject }),
            },
          },
        ];
      }
      const fault = parsed.error.issues
        .map((issue) => `${issue.path.join('.') || 'data'}: ${issue.message}`)
        .join('; ');
      await fates.step(delivery, () =>
        schema === schemaHash
          ? settling.buried(delivery, new PermanentError(fault, { code: 'invalid-data' }), 'invalid-data')
          : settling.comeBack(
              delivery,
              new SluiceError(
                'unknown-schema',
                `validated with schema ${schema}, this consumer has ${schemaHash}: ${fault}`,
              ),
            ),
      );
      return [];
    }),
  );
  return admitted.flat();
}
