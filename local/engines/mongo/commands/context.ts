import type { Cursors } from '../cursors.ts';
import { MongoFault, timeExpired } from '../errors.ts';
import type { FailPoints } from '../fail-points.ts';
import { queryScope } from '../query/compile.ts';
import type { QueryScope, Record } from '../query/scope.ts';
import { Blocked } from '../storage/faults.ts';
import { latest, type View } from '../storage/record.ts';
import type { Store } from '../storage/store.ts';
import type { OpenTransaction } from '../storage/transaction.ts';
import type { Role } from '../transaction/enter.ts';
import type { Sessions } from '../transaction/sessions.ts';
import type { Doc } from '../value/types.ts';

/** What all commands of a server share. */
export interface Services {
  store: Store;
  sessions: Sessions;
  cursors: Cursors;
  record: Record;
  /** Only with test commands. */
  failPoints?: FailPoints | undefined;
  /** The gossiped cluster time. */
  clusterTime(): Doc;
  /** Fields of a hello that tell who this server is. */
  identity(): Doc;
}

/** One command being run. */
export interface CommandContext {
  services: Services;
  name: string;
  database: string;
  command: Doc;
  role: Role;
  connection: number;
  /** Bytes of the message that carried it. */
  size: number;
  /** Epoch ms after which nothing is waited for any more; Infinity when the command has no maxTimeMS. */
  deadline: number;
  /** Aborts when the connection is gone or the server stops. */
  signal: AbortSignal;
}

export interface Command {
  /** Its own fields, beside those that every command may have. */
  fields: readonly string[];
  /** May run in a transaction. */
  inTransaction?: true;
  /** May carry a transaction number as a retryable write. */
  retryable?: true;
  /** May have a readConcern. */
  reads?: true;
  /** May have a writeConcern. */
  writes?: true;
  run(context: CommandContext): Doc | Promise<Doc>;
}

export const transactionOf = (context: CommandContext): OpenTransaction | null =>
  context.role.transaction?.open ?? null;
export const viewOf = (context: CommandContext): View => transactionOf(context) ?? latest;
export const scopeOf = (context: CommandContext, variables?: Doc): QueryScope =>
  queryScope(context.services.record, variables, { interrupt: () => checkDeadline(context) });

/** @throws MongoFault MaxTimeMSExpired */
export function checkDeadline({ deadline }: CommandContext): void {
  if (Date.now() > deadline) throw timeExpired();
}

/** What is left of its maxTimeMS, in ms; Infinity when it has none. */
export const timeLeft = ({ deadline }: CommandContext): number => deadline - Date.now();

/**
 * Runs a write again, after the end of an open transaction that is before it, until it goes through.
 * @throws MongoFault MaxTimeMSExpired
 */
export async function unblocked<Result>(context: CommandContext, attempt: () => Result): Promise<Result> {
  for (;;) {
    try {
      return attempt();
    } catch (cause) {
      if (!(cause instanceof Blocked)) throw cause;
      await waitFor(context, cause.writer.ended);
    }
  }
}

/** @throws MongoFault MaxTimeMSExpired at the deadline, InterruptedAtShutdown when the connection is gone */
export async function waitFor(context: CommandContext, event: Promise<void>): Promise<void> {
  const { promise: given, reject } = Promise.withResolvers<never>();
  const gone = (): void => reject(new MongoFault('InterruptedAtShutdown', 'interrupted: the connection is closed'));
  const expired = (): void => reject(timeExpired());
  const timer = Number.isFinite(context.deadline)
    ? setTimeout(expired, Math.max(0, context.deadline - Date.now()))
    : undefined;
  context.signal.addEventListener('abort', gone);
  if (context.signal.aborted) gone();
  try {
    await Promise.race([event, given]);
  } finally {
    clearTimeout(timer);
    context.signal.removeEventListener('abort', gone);
  }
}
