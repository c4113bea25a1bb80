import type { Delivery } from './delivery.ts';
import type { EventDefinition } from './event.ts';
import { failureGroup } from './failure-group.ts';
import type { Attempt, Clock, EventRecord, LastWord, Records, Results, StartMark } from './ports.ts';

export interface PreparePorts {
  records: Records;
  results: Results;
  clock: Clock;
  /** A fresh id for a run. */
  newRun(): string;
}

/** What is to be done with a delivery before anything runs. */
export interface Prepared {
  /** These run; redelivered ones carry a start mark. */
  runnable: Delivery[];
  /** The condition does not hold for these: read afterwards. */
  notTheirs: Delivery[];
  /** No attempts are left for these. */
  exhausted: { delivery: Delivery; attempts: Attempt[]; lastWord: LastWord }[];
  /** A suspect runs alone: these must be visible again, confirmed, before `go` [D15]. */
  handBack: Delivery[];
  /** Writes the start marks. @returns deliveries whose condition holds no more */
  go(): Promise<Delivery[]>;
}

interface Looked {
  delivery: Delivery;
  died: StartMark['died'];
  suspect: boolean;
}

/**
 * Redelivered events: reads what is known of them in one find, counts the deaths of their earlier runs, singles out suspects, and writes
 * start marks in one bulk write. First deliveries cost nothing here.
 * @param functionTimeoutMs a mark younger than this belongs to a run that still goes on and counts for nothing [D17]
 */
export async function prepare(
  deliveries: readonly Delivery[],
  definition: EventDefinition,
  functionTimeoutMs: number,
  ports: PreparePorts,
): Promise<Prepared> {
  const lookUp = deliveries.filter(({ receives }) => receives > 1 || definition.handleBatch);
  if (lookUp.length === 0)
    return { runnable: [...deliveries], notTheirs: [], exhausted: [], handBack: [], go: async () => [] };

  const records = await ports.records.find(lookUp.map(({ key }) => key));
  for (const delivery of lookUp) delivery.known = records.get(delivery.key);
  const notTheirs = lookUp.filter(({ known, message }) => known && !isOpen(known, message));
  const mine = deliveries.filter((delivery) => !notTheirs.includes(delivery));

  const looked = await readDeaths(mine, functionTimeoutMs, ports);
  const exhausted = looked.flatMap(({ delivery, died }) => {
    const crashes = crashesOf(died);
    const attempts = [...(delivery.known?.attempts ?? []), ...crashes];
    return attempts.length >= definition.retry.attempts
      ? [{ delivery, attempts: crashes, lastWord: lastWordOf(attempts) }]
      : [];
  });
  const able = looked.filter(({ delivery }) => !exhausted.some((one) => one.delivery === delivery));

  const suspect = able.find((one) => one.suspect);
  const chosen = suspect ? [runsAlone(suspect, able, definition)] : able;
  const runnable = chosen.map(({ delivery }) => delivery);
  return {
    runnable,
    notTheirs,
    exhausted,
    handBack: able.filter((one) => !chosen.includes(one)).map(({ delivery }) => delivery),
    go: async () => {
      const marked = chosen.filter(({ delivery }) => delivery.receives > 1);
      if (marked.length === 0) return [];
      for (const { delivery, died } of marked) {
        delivery.run = ports.newRun();
        if (delivery.known)
          delivery.known = { ...delivery.known, attempts: [...delivery.known.attempts, ...crashesOf(died)] };
      }
      const refused = await ports.records.mark(
        marked.map(({ delivery, died, suspect: suspected }) => ({
          key: delivery.key,
          message: delivery.message,
          run: delivery.run ?? '',
          alone: chosen.length === 1,
          died,
          suspect: suspected,
        })),
      );
      return runnable.filter(({ key }) => refused.has(key));
    },
  };
}

const crash = { code: 'crashed', message: 'the process ended during the run' };

/** Only a run that died alone is an attempt [D11]. */
const crashesOf = (died: StartMark['died']): Attempt[] =>
  died.filter(({ alone }) => alone).map(({ at }) => ({ at, outcome: 'crashed', error: crash }));

const isOpen = (record: EventRecord, message: Delivery['message']): boolean =>
  record.state === 'retrying' && record.replay === message.replay && record.fingerprint === message.fingerprint;

/** Unfinished start marks that are old enough, less those that a run declared void when MongoDB was down [D12]. */
async function readDeaths(
  deliveries: readonly Delivery[],
  functionTimeoutMs: number,
  { results, clock }: PreparePorts,
): Promise<Looked[]> {
  const old = deliveries.flatMap(({ key, known }) =>
    Object.entries(known?.starts ?? {})
      .filter(([, mark]) => mark.at.getTime() + functionTimeoutMs < clock.now())
      .map(([run, mark]) => ({ key, run, at: mark.at.toISOString(), alone: mark.alone })),
  );
  const voided = old.length === 0 ? new Set<string>() : await results.voidedMarks(old);
  return deliveries.map((delivery) => {
    const marks = old.filter(({ key }) => key === delivery.key);
    const isVoid = ({ key, run }: { key: string; run: string }) => voided.has(`${key} ${run}`);
    return {
      delivery,
      // A void mark is taken off like the others but counts for nothing.
      died: marks.map((mark) => ({ run: mark.run, at: mark.at, alone: mark.alone && !isVoid(mark) })),
      suspect: (delivery.known?.suspect ?? false) || marks.some((mark) => !isVoid(mark)),
    };
  });
}

/** In an ordered type nothing may overtake what stands before it in its group, so the head of the suspect's group goes first. */
function runsAlone(suspect: Looked, able: readonly Looked[], { orderedBy }: EventDefinition): Looked {
  if (!orderedBy) return suspect;
  const group = suspect.delivery.records[0].attributes.MessageGroupId;
  return able.find(({ delivery }) => delivery.records[0].attributes.MessageGroupId === group) ?? suspect;
}

function lastWordOf(attempts: readonly Attempt[]): LastWord {
  const last = attempts.at(-1);
  const error = last?.error ?? { code: 'error', message: 'no attempt is left' };
  return {
    cause: last?.outcome === 'crashed' ? 'crashed' : 'attempts-exhausted',
    ...error,
    group: failureGroup(Object.assign(new Error(error.message), { code: error.code })),
  };
}
