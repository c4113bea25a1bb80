import type { Patch } from '../../mutants/mutant.ts';

/** A consumer says which events came again, and which it gives back. */
export const deliveriesTold: readonly Patch[] = [
  {
    name: 'each further delivery is written down',
    file: 'functions/consume.ts',
    search: '  const consume = await consumer();',
    replace: `  const idOf = (id: string) => JSON.parse(event.Records.find(({ messageId }) => messageId === id)?.body ?? '{}').id;
  for (const { messageId, attributes } of event.Records)
    if (Number(attributes.ApproximateReceiveCount) > 1)
      console.log('<again ' + idOf(messageId) + ' ' + attributes.ApproximateReceiveCount + ' ' + Date.now() + '>');
  const consume = await consumer();`,
  },
  {
    name: 'what comes back is written down',
    file: 'functions/consume.ts',
    search: '  return consume(event.Records, () => context.getRemainingTimeInMillis());',
    replace: `  const answer = await consume(event.Records, () => context.getRemainingTimeInMillis());
  for (const { itemIdentifier } of answer.batchItemFailures) console.log('<back ' + idOf(itemIdentifier) + '>');
  return answer;`,
  },
];

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
