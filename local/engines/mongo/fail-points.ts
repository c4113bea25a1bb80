import { faultReply, MongoFault, nameOfCode, timeExpired } from './errors.ts';
import { type Doc, isDocument, toNumber } from './value/types.ts';

/** What a fail point has decided for one command. */
export interface Failing {
  blockMs: number;
  /** Answered in place of running it. */
  answer?: Doc;
  /** Closes the connection and runs nothing. */
  closes?: true;
  /** Added to the answer of a command that was run. */
  addition?: Doc;
}

interface Armed {
  mode: 'off' | 'alwaysOn' | { times: number } | { skip: number };
  data: Doc;
  /** How often it was met since it was set. */
  count: number;
}

/** Errors after which a retryable write may be sent again, by the server's category RetriableError. */
const retriable = new Set([6, 7, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436]);
const conflicts = new Set([24, 112, 246, 251, 267]);

const known: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'failCommand',
    new Set([
      ...['failCommands', 'errorCode', 'errorLabels', 'closeConnection', 'blockConnection', 'blockTimeMS', 'appName'],
      ...['writeConcernError', 'failInternalCommands', 'failAllCommands', 'namespace', 'errorExtraInfo'],
    ]),
  ],
  ['maxTimeAlwaysTimeOut', new Set<string>()],
  ['onPrimaryTransactionalWrite', new Set(['closeConnection', 'failBeforeCommitExceptionCode'])],
]);

/**
 * Faults that a client asks for, as a server does that was started with enableTestCommands.
 * https://github.com/mongodb/mongo/wiki/The-%22failCommand%22-fail-point
 */
export class FailPoints {
  readonly #armed = new Map<string, Armed>();
  readonly #closing = new Set<number>();

  /** @returns how often it had been met @throws MongoFault FailPointSetFailed, BadValue */
  set(name: string, mode: unknown, data: Doc = {}): number {
    const fields = known.get(name);
    if (!fields) throw new MongoFault('FailPointSetFailed', `${name} not found`);
    for (const field of Object.keys(data))
      if (!fields.has(field)) throw new MongoFault('BadValue', `this engine has no ${name} with '${field}'`);
    if ((toNumber(data.failBeforeCommitExceptionCode) ?? 1) !== 1)
      throw new MongoFault('BadValue', 'this engine fails a commit with code 1 only');
    const before = this.#armed.get(name)?.count ?? 0;
    this.#armed.set(name, { mode: modeOf(mode), data, count: 0 });
    return before;
  }

  /** What becomes of a command before it is run. */
  meet(name: string, given: Doc, appName: string | undefined): Failing | undefined {
    if (toNumber(given.maxTimeMS) && this.#timesOut()) return { blockMs: 0, answer: faultReply(timeExpired()) };
    const point = this.#armed.get('failCommand');
    if (!point || !names(point.data, name, given, appName) || !met(point)) return undefined;
    const { data } = point;
    const blockMs = data.blockConnection === true ? (toNumber(data.blockTimeMS) ?? 0) : 0;
    if (data.closeConnection === true) return { blockMs, closes: true };
    const code = toNumber(data.errorCode);
    if (code !== undefined) {
      const errmsg = `Failing command via 'failCommand' failpoint: ${name}`;
      const extra = isDocument(data.errorExtraInfo) ? data.errorExtraInfo : {};
      return {
        blockMs,
        answer: { ok: 0, errmsg, code, codeName: nameOfCode(code), ...extra, ...labels(name, given, code, data) },
      };
    }
    if (!isDocument(data.writeConcernError)) return { blockMs };
    const { writeConcernError } = data;
    return {
      blockMs,
      addition: { writeConcernError, ...labels(name, given, toNumber(writeConcernError.code) ?? 0, data, true) },
    };
  }

  /** Called before each statement of a retryable write that has not been run before. @throws MongoFault InternalError */
  meetWrite(connection: number): void {
    const point = this.#armed.get('onPrimaryTransactionalWrite');
    if (!point || !met(point)) return;
    if (point.data.closeConnection !== false) this.#closing.add(connection);
    if (point.data.failBeforeCommitExceptionCode !== undefined)
      throw new MongoFault('InternalError', 'failing the commit by the fail point onPrimaryTransactionalWrite');
  }

  /** Called for a command whose time is limited though it does not say so itself. @throws MongoFault MaxTimeMSExpired */
  meetTimed(): void {
    if (this.#timesOut()) throw timeExpired();
  }

  #timesOut(): boolean {
    const point = this.#armed.get('maxTimeAlwaysTimeOut');
    return point !== undefined && met(point);
  }

  /** Must a connection be closed in place of an answer? Asked once. */
  mustClose(connection: number): boolean {
    return this.#closing.delete(connection);
  }
}

function modeOf(mode: unknown): Armed['mode'] {
  if (mode === 'off' || mode === 'alwaysOn') return mode;
  const times = isDocument(mode) ? toNumber(mode.times) : undefined;
  const skip = isDocument(mode) ? toNumber(mode.skip) : undefined;
  if (times !== undefined && Number.isInteger(times) && times >= 0) return { times };
  if (skip !== undefined && Number.isInteger(skip) && skip >= 0) return { skip };
  throw new MongoFault('BadValue', `unknown mode of a fail point: ${JSON.stringify(mode)}`);
}

function names(data: Doc, name: string, given: Doc, appName: string | undefined): boolean {
  if (name === 'configureFailPoint') return false;
  if (data.appName !== undefined && data.appName !== appName) return false;
  if (data.namespace !== undefined && data.namespace !== `${String(given.$db)}.${String(given[name])}`) return false;
  if (data.failAllCommands === true) return true;
  const wanted: unknown[] = Array.isArray(data.failCommands) ? data.failCommands : [];
  return wanted.some((one) => typeof one === 'string' && one.toLowerCase() === name.toLowerCase());
}

function met(point: Armed): boolean {
  const { mode } = point;
  if (mode === 'off') return false;
  if (typeof mode === 'object' && 'skip' in mode && mode.skip > 0) {
    mode.skip -= 1;
    return false;
  }
  if (typeof mode === 'object' && 'times' in mode) {
    if (mode.times === 0) return false;
    mode.times -= 1;
  }
  point.count += 1;
  return true;
}

/** The labels that the fail point names, else those that the server would give to the error. */
function labels(name: string, given: Doc, code: number, { errorLabels: wanted }: Doc, ofConcern = false): Doc {
  const chosen: unknown[] = Array.isArray(wanted) ? wanted : labelsOf(name, given, code, ofConcern);
  return chosen.length > 0 ? { errorLabels: chosen } : {};
}

function labelsOf(name: string, given: Doc, code: number, ofConcern: boolean): string[] {
  if (given.txnNumber === undefined) return [];
  const ends = name === 'commitTransaction' || name === 'abortTransaction';
  if (given.autocommit !== false || ends) {
    if (retriable.has(code)) return ['RetryableWriteError'];
    return ends && !ofConcern && conflicts.has(code) ? ['TransientTransactionError'] : [];
  }
  return !ofConcern && (retriable.has(code) || conflicts.has(code)) ? ['TransientTransactionError'] : [];
}
