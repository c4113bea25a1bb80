import { messageOf } from '../../../lib/core/errors.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import type { Log } from '../../../lib/sdk/log.ts';
import { type Held, receiveBatch } from './receive.ts';
import type { SqsEvent } from './record.ts';
import { failedRecords } from './response.ts';
import { type MappingBounds, refuseMapping } from './rules.ts';
import { deleteMessages, releaseMessages, visibilityOf } from './settle.ts';
import type { SqsCalls } from './sqs-calls.ts';

export interface MappingOptions extends MappingBounds {
  sqs: SqsCalls;
  clock: Clock;
  log: Log;
  queueUrl: string;
  /** With it the answer says which records failed; without it only a thrown error fails, and then the whole batch. */
  reportBatchItemFailures: boolean;
  /** Of the function; a queue whose messages are visible again before it is not read, as AWS refuses such a mapping. */
  timeoutSeconds: number;
  /** Runs the function on one batch; rejects when it throws, takes too long or dies. */
  invoke(event: SqsEvent): Promise<unknown>;
  /** See ReceiveOptions. */
  quietMs?: number;
  /** Whether the function is there, asked before each receive; absent: always. */
  exists?(): Promise<boolean>;
}

export interface Mapping {
  /** Receives nothing more, makes visible what no invocation has, and resolves when the invocations under way are settled. */
  stop(): Promise<void>;
}

const PAUSE_MS = 1000;
/** How old a visibility timeout may be: changes of a queue take up to a minute, as in AWS. */
const VISIBILITY_MS = 60_000;

/**
 * An event source mapping between a queue and a function, as Lambda runs one: it deletes what succeeded and leaves what failed to
 * its visibility timeout. Order within a FIFO group follows from SQS, which hands out nothing of a group that is in flight.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 * @throws Error InvalidParameterValueException, see refuseMapping
 */
export function startMapping(options: MappingOptions): Mapping {
  refuseMapping(options);
  const stopping = new AbortController();
  const under: UnderWay = { invoked: new Set(), open: new Set() };
  const polling = poll(options, under, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(under.open);
    },
  };
}

/** Of the batches that were received: those that the function works on, and those whose messages are not deleted yet. */
interface UnderWay {
  readonly invoked: Set<Promise<unknown>>;
  readonly open: Set<Promise<unknown>>;
}

/** While an SQS does not answer, so many times the batches of all places may wait for it to delete. */
const OPEN_TIMES = 2;

/**
 * One receiver keeps as many invocations under way as it finds batches and places for; without a free place it receives nothing. A place is
 * free when its invocation has ended: the next batch does not wait until the messages of the one before are deleted.
 */
async function poll(options: MappingOptions, { invoked, open }: UnderWay, signal: AbortSignal): Promise<void> {
  const { clock, concurrency } = options;
  const tell = teller(options);
  const fifo = options.queueArn.endsWith('.fifo');
  const release = (held: readonly Held[]) =>
    releaseMessages(
      options,
      held.filter(({ until }) => until > clock.now()).map(({ record }) => record.receiptHandle),
    );
  // An ordered queue has no window.
  const busy = () => !fifo && invoked.size > 0;
  let left: Held[] = [];
  let visibilityMs = 0;
  let visibilityUntil = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    try {
      if (options.exists && !(await options.exists())) {
        tell('a function does not exist; its queue waits');
        await clock.sleep(PAUSE_MS, signal);
        continue;
      }
      if (clock.now() >= visibilityUntil) {
        visibilityMs = await visibilityOf(options, signal);
        if (visibilityMs < options.timeoutSeconds * 1000) {
          tell('the visibility timeout of a queue is less than the timeout of its function; the queue waits');
          await clock.sleep(PAUSE_MS, signal);
          continue;
        }
        visibilityUntil = clock.now() + VISIBILITY_MS;
      }
      const { batch, error, ...rest } = await receiveBatch({ ...options, visibilityMs, busy, signal }, left);
      left = rest.left;
      // Of a FIFO queue they must not overtake those before them in their group: SQS holds them back until these are settled.
      if (fifo && left.length > 0) await release(left.splice(0));
      if (signal.aborted) left = [...batch, ...left];
      else if (batch.length > 0) {
        const done = invokeWith(options, batch);
        keptWhile(invoked, done);
        keptWhile(
          open,
          done.then((handles) => remove(options, handles)),
        );
      }
      if (error !== undefined) throw error;
      tell(undefined);
      if (invoked.size >= concurrency) await oneOf(invoked, signal);
      if (open.size >= OPEN_TIMES * concurrency) await oneOf(open, signal);
    } catch (error) {
      if (signal.aborted) break;
      tell('a queue could not be read', messageOf(error));
      await clock.sleep(PAUSE_MS, signal);
    }
  }
  await release(left);
}

/** @param work that never rejects */
function keptWhile(all: Set<Promise<unknown>>, work: Promise<unknown>): void {
  all.add(work);
  void work.then(() => all.delete(work));
}

/** Resolves when one of them has ended or the mapping stops, and leaves no listener behind: there is one wait for each batch. */
async function oneOf(all: ReadonlySet<Promise<unknown>>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  signal.addEventListener('abort', stop, { once: true });
  await Promise.race([stopped, ...all]);
  signal.removeEventListener('abort', stop);
}

/** Says once what hinders a mapping, and once that nothing does any more. */
function teller({ log, queueUrl }: MappingOptions): (hindrance: string | undefined, error?: string) => void {
  let told: string | undefined;
  return (hindrance, error) => {
    const now = hindrance === undefined ? undefined : `${hindrance}: ${error}`;
    if (now === told) return;
    told = now;
    if (hindrance === undefined) log.info('a queue is read again', { queue: queueUrl });
    else log.error(hindrance, { queue: queueUrl, ...(error !== undefined && { error }) });
  };
}

/** Never rejects: what fails comes back when its visibility ends. @returns the handles of what is done */
async function invokeWith(options: MappingOptions, batch: readonly Held[]): Promise<string[]> {
  const records = batch.map(({ record }) => record);
  try {
    const answer = await options.invoke({ Records: records });
    const ids = records.map(({ messageId }) => messageId);
    const failed = options.reportBatchItemFailures ? failedRecords(ids, answer) : new Set<string>();
    return records.filter(({ messageId }) => !failed.has(messageId)).map(({ receiptHandle }) => receiptHandle);
  } catch (error) {
    comesBack(options, error);
    return [];
  }
}

/** Never rejects either. */
const remove = (options: MappingOptions, handles: readonly string[]): Promise<void> =>
  deleteMessages(options, handles).catch((error: unknown) => comesBack(options, error));

const comesBack = ({ log, queueUrl }: MappingOptions, error: unknown): void =>
  log.error('a batch failed and comes back', { queue: queueUrl, error: messageOf(error) });
