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
      console.log('<again ' + idOf(messageId) + ' ' + attributes.ApproximateReceiveCount + '>');
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

/** How often events were delivered that came more than once, and which were given back, by id. */
export function deliveriesIn(log: string): { receives: Map<string, number>; back: Set<string> } {
  const receives = new Map<string, number>();
  for (const [, id = '', count] of log.matchAll(/<again (\S+) (\d+)>/g))
    receives.set(id, Math.max(receives.get(id) ?? 0, Number(count)));
  return { receives, back: new Set([...log.matchAll(/<back (\S+)>/g)].map(([, id = '']) => id)) };
}
