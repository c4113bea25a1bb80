import { createConsumer } from '../../../lib/consume/consume.ts';
import { DependencyError } from '../../../lib/core/errors.ts';
import { HttpProblem } from '../../../lib/core/problem.ts';
import type { SqsRecord } from '../../../lib/core/sqs-batch.ts';
import { recordFailures } from '../../../lib/failures/dead-letter.ts';
import { replay } from '../../../lib/failures/replay/replay.ts';
import { postEvents } from '../../../lib/http/post-events.ts';
import type { Publisher } from '../../../lib/ports/publisher.ts';
import type { Records } from '../../../lib/ports/records.ts';
import type { Results } from '../../../lib/ports/results.ts';
import type { Transaction } from '../../../lib/ports/transaction.ts';
import { call, keyOf } from '../../../test/support/api-gateway.ts';
import { served } from '../../../test/support/served.ts';
import { scheduledPorts } from '../harness/scheduled-ports.ts';
import { type Life, mortal } from './crashes-life.ts';
import type { Ports, Town } from './crashes-town.ts';
import type { Kind } from './crashes-types.ts';

/** What is the matter with a dependency during a run. */
export type Trouble =
  | 'SQS refuses the first entry'
  | 'the answer of SQS is lost'
  | 'the answer of the first commit is lost'
  | 'the first commit is lost'
  | 'MongoDB is away'
  | 'MongoDB stays away';

/** One call of a function; all that a process of its own needs to make it. */
export type Act =
  | { kind: 'ingest'; tenant: string; events: readonly object[]; wait?: boolean; trouble?: Trouble }
  | { kind: 'consume'; queue: Kind; records: readonly SqsRecord[]; earlier?: readonly SqsRecord[][]; trouble?: Trouble }
  | { kind: 'dead letter'; queue: Kind; records: readonly SqsRecord[] }
  | { kind: 'replay'; tenant: string; id: string; data?: unknown };

/** What the function answered: ids of events that it acknowledged, messages that come back. */
export interface Answer {
  acknowledged: string[];
  back: string[];
}

/** Longer than any run takes. */
const REMAINING_MS = 60_000;

/** Makes a call. @param life absent: the call is nobody's subject */
export async function perform(town: Town, act: Act, life?: Life): Promise<Answer> {
  const troubled = troubledPorts(town.ports, act);
  const ports = life ? mortalPorts(troubled, life) : troubled;
  switch (act.kind) {
    case 'ingest':
      return post(ports, act);
    case 'consume': {
      const definition = town.definitions[act.queue];
      const schemaHash = town.catalogue.get(definition.type)?.schemaHash ?? '';
      const urls = { queueUrl: town.queueUrl(act.queue), deadLetterUrl: town.deadLetterUrl(act.queue) };
      // However long this machine takes: handlers that take long would run jointly in fewer steps.
      const at = ports.clock.now();
      const clock = { ...ports.clock, now: () => at };
      const consumer = createConsumer({ definition, schemaHash, ...urls, runsAtOnce: 5 }, { ...ports, clock });
      const consume = (records: readonly SqsRecord[]) => consumer(records, () => REMAINING_MS);
      const workOff = async () => {
        for (const records of act.earlier ?? []) await consume(records);
      };
      await (life ? life.earlier(workOff) : workOff());
      return { acknowledged: [], back: failed(await consume(act.records)) };
    }
    case 'dead letter':
      return { acknowledged: [], back: failed(await recordFailures(act.records, ports)) };
    case 'replay': {
      const edited = act.data === undefined ? undefined : { data: act.data };
      const asker = { by: { key: 'k', name: 'somebody' }, request: act.id };
      try {
        await replay({ reach: { tenants: [act.tenant] }, id: act.id, edited, asker }, ports);
        return { acknowledged: [act.id], back: [] };
      } catch (error) {
        if (!(error instanceof HttpProblem || error instanceof DependencyError)) throw error;
        // `replay-under-way` of what somebody has seen, `failure-replayed`: it needs not be asked for again.
        const over = error instanceof HttpProblem && error.problem.status === 409 && error.retryAfter === undefined;
        return { acknowledged: over ? [act.id] : [], back: [] };
      }
    }
  }
}

const failed = ({ batchItemFailures }: { batchItemFailures: { itemIdentifier: string }[] }): string[] =>
  batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

async function post(ports: Ports, { tenant, events, wait }: Extract<Act, { kind: 'ingest' }>): Promise<Answer> {
  const [only] = events;
  const { status, body } = await call(served(postEvents(ports)), {
    headers: { 'content-type': 'application/json', ...(wait && { prefer: 'wait=5' }) },
    body: JSON.stringify(events.length === 1 ? only : events),
    ...keyOf(tenant, 'events:write'),
  });
  if (events.length === 1) return { acknowledged: status < 300 ? [String(body.id)] : [], back: [] };
  const results = (body.results ?? []) as { id: string; problem?: object }[];
  return { acknowledged: results.flatMap(({ id, problem }) => (problem ? [] : [id])), back: [] };
}

function troubledPorts(ports: Ports, act: Act): Ports {
  const { publisher, records, ping } = ports;
  const away = { ...ping, mongodb: async () => false };
  switch ('trouble' in act ? act.trouble : undefined) {
    case 'SQS refuses the first entry':
      return { ...ports, publisher: refusingTheFirst(publisher) };
    case 'the answer of SQS is lost':
      return {
        ...ports,
        publisher: { publish: async (...given) => (await publisher.publish(...given)).map(() => 'unanswered') },
      };
    case 'the answer of the first commit is lost':
      return {
        ...ports,
        records: settlingFirst(records, async (transaction, all) => void (await transaction.settle(...all))),
      };
    case 'the first commit is lost':
      return { ...ports, records: settlingFirst(records, (transaction) => transaction.abort()) };
    case 'MongoDB is away':
      return { ...ports, ping: away };
    case 'MongoDB stays away':
      return { ...ports, ping: away, records: { ...records, withdraw: async () => Promise.reject(gone()) } };
    default:
      return ports;
  }
}

const gone = () => new DependencyError('mongodb', 'told to');

type Settling = Parameters<Transaction['settle']>;

/** The first transaction settles in this way, and nobody hears of it. */
function settlingFirst(records: Records, settle: (transaction: Transaction, all: Settling) => Promise<void>): Records {
  let isFirst = true;
  return {
    ...records,
    begin(...given) {
      const transaction = records.begin(...given);
      if (!isFirst) return transaction;
      isFirst = false;
      const unheard = async (...all: Settling): Promise<never> => {
        await settle(transaction, all);
        throw gone();
      };
      return new Proxy(transaction, {
        get: (target, name) => (name === 'settle' ? unheard : Reflect.get(target, name, target)),
      });
    },
  };
}

const refusingTheFirst = (publisher: Publisher): Publisher => ({
  publish: async ([first, ...rest], deadline) => [
    ...(first ? (['refused'] as const) : []),
    ...(await publisher.publish(rest, deadline)),
  ],
});

/** Every call that leaves the process is a step of this life. */
function mortalPorts(ports: Ports, life: Life): Ports {
  return {
    ...ports,
    ...scheduledPorts({ ...ports, records: noting(ports.records, life) }, life, '', ports.clock.now),
    results: mortalResults(ports.results, life),
    claims: mortal(life, 'claims', ports.claims),
    outcomes: mortal(life, 'outcomes', ports.outcomes),
    desk: mortal(life, 'desk', ports.desk),
    failures: mortal(life, 'failures', ports.failures),
    ping: mortal(life, 'ping', ports.ping),
  };
}

const noting = (records: Records, { transactions }: Life): Records => ({
  ...records,
  begin(...given) {
    const transaction = records.begin(...given);
    transactions.push(transaction);
    return transaction;
  },
});

/** A slot that is given back is a step too; what waits looks itself. */
function mortalResults(results: Results, life: Life): Results {
  const steps = mortal(life, 'results', results);
  return {
    tell: (...given) => steps.tell(...given),
    readOutcomes: (keys) => steps.readOutcomes(keys),
    read: (key) => steps.read(key),
    wait: (...given) => steps.wait(...given),
    noteWaits: (waits) => steps.noteWaits(waits),
    readWait: (key) => steps.readWait(key),
    voidMarks: (marks) => steps.voidMarks(marks),
    voidedMarks: (marks) => steps.voidedMarks(marks),
    async takeSlot(...given) {
      const slot = await steps.takeSlot(...given);
      return slot && mortal(life, 'slot', slot);
    },
  };
}
