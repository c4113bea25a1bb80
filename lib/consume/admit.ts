import { inParallel } from '../core/in-parallel.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import { PermanentError, SluiceError } from '../sdk/errors.ts';
import type { Delivery } from './delivery.ts';
import { groupOf } from './delivery.ts';
import { type Fate, type Fates, returned } from './fates.ts';
import type { Runnable } from './handle.ts';
import type { Settling } from './settle.ts';

/** Those that do not run are settled so many at a time. */
const WIDTH = 20;

/**
 * What may run of these: the queue is untrusted input, so data meets its schema again (protocol: untrusted-queue).
 * Expired events are settled without running; invalid data is dead-lettered, unless a newer ingest may have let it in:
 * then it waits for a newer consumer (protocol: expires-unrun, schema-again).
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
  const admitted = new Map<Delivery, Runnable>();
  await inParallel(deliveries, WIDTH, async (delivery) => {
    const judged = judge(delivery, definition, schemaHash, settling, clock);
    if (typeof judged === 'function') await fates.decideBy(delivery, judged);
    else admitted.set(delivery, judged);
  });
  return deliveries.flatMap((delivery) => admitted.get(delivery) ?? []);
}

/** Runs, or the step that decides what becomes of it instead. */
function judge(
  delivery: Delivery,
  definition: EventDefinition,
  schemaHash: string,
  settling: Settling,
  clock: Clock,
): Runnable | (() => Promise<Fate>) {
  const { id, source, type, subject, time, recordedtime, extensions, data, schema } = delivery.message;
  if (typeof extensions.expirytime === 'string' && Date.parse(extensions.expirytime) <= clock.now())
    return () => settling.expire(delivery);
  let parsed: ReturnType<typeof definition.data.safeParse>;
  try {
    parsed = definition.data.safeParse(data);
  } catch (error) {
    // A refinement of the schema broke: that is the definition's own fault, as a handler's would be.
    return () => settling.attempted(delivery, error);
  }
  if (parsed.success) {
    const attributes = { id, source, type, time, recordedtime, extensions, ...(subject !== undefined && { subject }) };
    return { delivery, event: { ...attributes, data: parsed.data } };
  }
  const fault = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'data'}: ${issue.message}`).join('; ');
  if (schema === schemaHash)
    return () => settling.buried(delivery, new PermanentError(fault, { code: 'invalid-data' }), 'invalid-data');
  const unknown = `validated with schema ${schema}, this consumer has ${schemaHash}: ${fault}`;
  return () => settling.comeBack(delivery, new SluiceError('unknown-schema', unknown));
}

/**
 * In an ordered type nothing runs behind one of its group that comes back: those become visible at once and wait behind
 * it (protocol: head-and-followers).
 */
export function inOrder(batch: readonly Delivery[], admitted: readonly Runnable[], fates: Fates): Runnable[] {
  const runnables = new Map(admitted.map((one) => [one.delivery, one]));
  const stopped = new Set<string>();
  return batch.flatMap((delivery) => {
    const runnable = runnables.get(delivery);
    if (runnable && !stopped.has(groupOf(delivery))) return runnable;
    if (runnable) fates.decide(delivery, returned(0));
    if (!fates.isDone(delivery)) stopped.add(groupOf(delivery));
    return [];
  });
}
