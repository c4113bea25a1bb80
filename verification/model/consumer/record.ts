import type { Mutant, Options } from './options.ts';
import type { EventRecord, Outcome, Run, Sent, State } from './state.ts';

export const isFinal = ({ state }: EventRecord): boolean => state !== 'retrying' && state !== 'failing';
export const isMessage = (one: Sent, other: Sent): boolean =>
  one.payload === other.payload && one.replay === other.replay;

const fresh = ({ payload, replay }: Sent): EventRecord => ({
  payload,
  replay,
  state: 'retrying',
  attempts: 0,
  seen: false,
  returned: false,
  projection: 'none',
});

/** Writes of the record, and what a run does with its message. */
export function recordWrites(options: Options) {
  const broken = (mutant: Mutant): boolean => options.mutant === mutant;

  const isSame = (record: EventRecord, sent: Sent): boolean =>
    (record.replay === sent.replay || broken('condition-without-replay')) &&
    (record.payload === sent.payload || broken('condition-without-fingerprint'));

  /** The condition of every write of a run: retrying, this replay, this fingerprint (protocol: one-condition). */
  const holds = (record: EventRecord | null, sent: Sent): boolean =>
    record === null || ((record.state === 'retrying' || broken('condition-without-final')) && isSame(record, sent));

  /** The condition of the dead-letter function: it alone moves a record that is closed to runs. */
  const isOpen = (record: EventRecord | null, sent: Sent): boolean =>
    record === null || ((!isFinal(record) || broken('condition-without-final')) && isSame(record, sent));

  /** Every write of the record dooms the transactions that have read it before: snapshot isolation. */
  const write = (next: State, sent: Sent, change: Partial<EventRecord>): EventRecord => {
    const record = { ...(next.record ?? fresh(sent)), ...change };
    next.record = record;
    for (const run of next.runs) if (run.at === 'handle') run.doomed = true;
    return record;
  };

  /**
   * Effect and record in one transaction; settling a replay closes its failure (protocol:
   * settling-closes-the-failure).
   */
  const settle = (next: State, sent: Sent, outcome: 'succeeded' | 'rejected'): void => {
    const succeeded = outcome === 'succeeded';
    write(next, sent, { state: outcome, projection: succeeded && options.projections ? 'pending' : 'none' });
    if (succeeded) next.effects[sent.payload]++;
    const failure = next.failures[sent.payload];
    const replayed = failure?.state === 'replaying' && failure.replay === sent.replay;
    if (replayed && !broken('settling-leaves-failure')) failure.state = 'closed';
  };

  /** The desk opens the record again (protocol: replay-moves-the-record). */
  const reopen = (next: State, sent: Sent): EventRecord => write(next, sent, fresh(sent));

  /** A run that comes back did not die: its start mark goes, and it may have been the only trace. */
  const comeBack = (next: State, run: Run): void => {
    const { record } = next;
    const others = next.runs.some((other) => other !== run && other.marked && isMessage(other, run));
    if (run.marked && record?.state === 'retrying' && isMessage(record, run) && record.attempts === 0 && !others)
      write(next, run, { seen: record.returned });
    giveBack(next, run);
  };

  return { holds, isOpen, write, settle, reopen, comeBack };
}

export const end = (next: State, run: Run): void => {
  next.runs = next.runs.filter((other) => other !== run);
};

export const giveBack = (next: State, run: Run): void => {
  const message = next.queue.find(({ id }) => id === run.message);
  if (message) message.visible = true;
  end(next, run);
};

export const acknowledge = (next: State, run: Run): void => {
  const gone = run.message;
  next.queue = next.queue.filter(({ id }) => id !== gone);
  end(next, run);
  if (gone >= 0) for (const other of next.runs) if (other.message === gone) other.message = -1;
};

export const send = (next: State, { payload, replay }: Sent): void => {
  const id = 1 + Math.max(-1, ...next.queue.map((message) => message.id));
  next.queue.push({ payload, replay, id, received: false, visible: true });
};

/** The outcome that those who wait are told. */
export const outcomeOf = ({ state }: EventRecord): Outcome | '' =>
  state === 'retrying' || state === 'failing' ? '' : state;
