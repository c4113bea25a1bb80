import type { EventName, EventRecord, Run, State } from './state.ts';

export const isFinal = (record: EventRecord | null): boolean =>
  record?.state === 'succeeded' || record?.state === 'failed';

/** The condition of every write: nothing is known of the event, or it is being retried. */
export const holds = (record: EventRecord | null): boolean => record === null || record.state === 'retrying';

/** A transaction whose commit was sent and not answered holds its documents until the server has ended it. */
export const isLocked = ({ inDoubt }: State, event: EventName): boolean =>
  inDoubt.some(({ state, writes }) => state === 'open' && writes.includes(event));

/** Every write of a record dooms the transactions that began before it and will write it too. */
export function write(next: State, event: EventName, change: Partial<EventRecord>): void {
  next.records[event] = { ...(next.records[event] ?? { state: 'retrying', attempts: 0, due: true }), ...change };
  for (const run of next.runs)
    if (['handle-together', 'commit-together', 'handle-alone'].includes(run.at) && run.writes.includes(event))
      run.doomed = true;
}

/** Effect and record, in one transaction. */
export function settle(next: State, event: EventName): void {
  write(next, event, { state: 'succeeded' });
  next.effects[event]++;
}

export const eventOf = ({ queue }: State, message: number): EventName => queue[message]?.event ?? 'X';
export const isGone = ({ queue }: State, message: number): boolean => queue[message]?.at === 'gone';
export const attemptsOf = ({ records }: State, event: EventName): number => records[event]?.attempts ?? 0;

export function giveBack({ queue }: State, index: number, at: 'visible' | 'waiting' = 'visible'): void {
  const message = queue[index];
  if (message && message.at !== 'gone') message.at = at;
}

export function remove({ queue }: State, index: number): void {
  const message = queue[index];
  if (!message) return;
  message.at = 'gone';
  message.received = true;
}

export const end = (next: State, run: Run): void => {
  next.runs = next.runs.filter((other) => other !== run);
};

/** Sends a commit whose answer does not come. */
export function commitUnanswered(next: State, run: Run): void {
  run.unanswered = 1 + Math.max(-1, ...next.inDoubt.map(({ id }) => id));
  next.inDoubt.push({ id: run.unanswered, writes: [...run.writes], state: 'open' });
  run.at = 'answer-lost';
}

/** Asks the server again: a transaction that is open is committed. @returns whether it is */
export function commitAgain(next: State, run: Run): boolean {
  const transaction = next.inDoubt.find(({ id }) => id === run.unanswered);
  run.unanswered = -1;
  if (transaction?.state === 'open') {
    for (const event of transaction.writes) settle(next, event);
    transaction.state = 'committed';
  }
  return transaction?.state === 'committed';
}
