import type { Db } from 'mongodb';

/** What became of events that have an order, by what their keys' documents hold. */
export interface OrderAccount {
  lost: string[];
  double: string[];
  /** An effect before that of one that was accepted earlier. */
  early: string[];
}

/**
 * Compares what `chaos.ordered` wrote with what was accepted.
 * @param accepted numbers by key, in the order in which they were accepted
 * @param attempted all numbers by key that were sent, accepted or not
 */
export async function orderAccount(
  db: Db,
  accepted: ReadonlyMap<string, readonly number[]>,
  attempted: ReadonlyMap<string, number>,
): Promise<OrderAccount> {
  const found = new Map<string, number[]>();
  for await (const { key, seqs } of db.collection('sequences').find()) found.set(key, seqs);
  const account: OrderAccount = { lost: [], double: [], early: [] };
  for (const key of new Set([...attempted.keys(), ...found.keys()])) {
    const seqs = found.get(key) ?? [];
    const has = new Set(seqs);
    const name = (seq: number) => `${key} ${seq}`;
    account.lost.push(...(accepted.get(key) ?? []).filter((seq) => !has.has(seq)).map(name));
    account.double.push(...seqs.filter((seq, index) => seqs.indexOf(seq) !== index).map(name));
    account.early.push(...seqs.filter((seq, index) => seqs.slice(index + 1).some((later) => later < seq)).map(name));
  }
  return account;
}
