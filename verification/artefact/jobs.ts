import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '../../client/types.ts';
import type { RunningStage } from './stage.ts';

/** Of the event types of the tests the one that can be made to fail, and mended: by the document of its machine. */
export const TYPE = 'job.run';

/** Data of another job each time. */
export const jobOn = (machine: string) => ({ jobId: randomUUID(), machine, pieces: 2 });

/** Data of an event that fails, until its machine is mended. */
export async function onBrokenMachine({ insert }: RunningStage): Promise<ReturnType<typeof jobOn>> {
  const machine = `broken-${randomUUID().slice(0, 8)}`;
  await insert('machines', [{ tenant: 'artefact', machine, state: 'broken' }]);
  return jobOn(machine);
}

/** Makes failures whose machines are mended by now. */
export async function failures(stage: RunningStage, count: number): Promise<{ id: string; event: string }[]> {
  const { caller, db } = stage;
  const made = Array.from({ length: count }, async () => {
    const data = await onBrokenMachine(stage);
    const { id } = await caller.client().send({ type: TYPE, data });
    const { status, failure } = await over(stage, id);
    if (!failure) throw new Error(`${TYPE} on a broken machine ${status}`);
    await db.collection('machines').updateOne({ machine: data.machine }, { $set: { state: 'good' } });
    return { id: failure.id, event: id };
  });
  return Promise.all(made);
}

/** An event when it is over, or after as long as it may take. */
export const over = ({ caller, seconds }: RunningStage, id: string): Promise<StoredEvent> =>
  caller.client().wait(id, { seconds });
