import type { Patch } from '../../mutants/mutant.ts';

/** A consumer says which events came again, and which it gives back. */
export const deliveriesTold: Patch = {
  name: 'what comes again and what goes back is written down',
  file: 'functions/consume.ts',
  search: 'export const handler = queueHandler(consume, connectConsume(loadEvent));',
  replace: `export const handler = queueHandler(consume, async (config, log, metrics) => {
  const handle = await connectConsume(loadEvent)(config, log, metrics);
  return async (records, remainingMs) => {
    const idOf = (id: string) => JSON.parse(records.find(({ messageId }) => messageId === id)?.body ?? '{}').id;
    for (const { messageId, attributes } of records)
      if (Number(attributes.ApproximateReceiveCount) > 1)
        console.log('<again ' + idOf(messageId) + ' ' + attributes.ApproximateReceiveCount + ' ' + Date.now() + '>');
    const answer = await handle(records, remainingMs);
    for (const { itemIdentifier } of answer.batchItemFailures) console.log('<back ' + idOf(itemIdentifier) + '>');
    return answer;
  };
});`,
};

/** By id: when events were delivered again, in epoch ms, and which were given back. */
export interface Deliveries {
  again: ReadonlyMap<string, readonly number[]>;
  back: ReadonlySet<string>;
}

export function deliveriesIn(log: string): Deliveries {
  const again = new Map<string, number[]>();
  for (const [, id = '', at] of log.matchAll(/<again (\S+) \d+ (\d+)>/g))
    again.set(id, [...(again.get(id) ?? []), Number(at)]);
  return { again, back: new Set([...log.matchAll(/<back (\S+)>/g)].map(([, id = '']) => id)) };
}

/** Most of the visibility timeout of `chaos.counted` in the copy. */
const INVISIBLE_MS = 8000;

/**
 * How often an event had to wait until it was visible again by itself. One that is made visible, so that a suspect runs alone, does not.
 * @param due when it was sent, in epoch ms
 */
export function delaysOf(id: string, due: number, { again }: Deliveries): number {
  const times = [due, ...(again.get(id) ?? [])].toSorted((a, b) => a - b);
  return times.filter((at, index) => at - (times[index - 1] ?? at) > INVISIBLE_MS).length;
}
