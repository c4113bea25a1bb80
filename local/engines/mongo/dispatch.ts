import { BSONError, Double } from 'bson';
import { checkConcerns, concernReply } from './commands/concerns.ts';
import type { Command, CommandContext, Services } from './commands/context.ts';
import { commands } from './commands/table.ts';
import { faultReply, MongoFault } from './errors.ts';
import { isDatabaseName } from './storage/names.ts';
import { enterSession, type Role } from './transaction/enter.ts';
import { underFailPoints } from './under-fail-points.ts';
import { type Doc, isDocument, toNumber } from './value/types.ts';

/** What every command may carry. */
const common: ReadonlySet<string> = new Set([
  ...['$db', 'lsid', 'txnNumber', 'autocommit', 'startTransaction', '$clusterTime', '$readPreference', 'comment'],
  ...['maxTimeMS', 'readConcern', 'writeConcern', 'apiVersion', 'apiStrict', 'apiDeprecationErrors'],
]);

export interface Call {
  command: Doc;
  /** As the client of the connection calls itself. */
  appName: string | undefined;
  size: number;
  connection: number;
  signal: AbortSignal;
}

/** Runs one command. @returns its answer, also when it failed, or null to close the connection; never throws */
export async function dispatch(services: Services, call: Call): Promise<Doc | null> {
  const { failPoints } = services;
  const answer = await (failPoints
    ? underFailPoints(failPoints, call, () => run(services, call))
    : run(services, call));
  // A double, as the server's: clients in typed languages read it as one.
  return answer && { ...answer, ok: new Double(toNumber(answer.ok) ?? 0), ...times(services) };
}

async function run(services: Services, call: Call): Promise<Doc> {
  const [name = ''] = Object.keys(call.command);
  let role: Role | undefined;
  try {
    const command = commands.get(name);
    services.record('command', name);
    if (!command) throw new MongoFault('CommandNotFound', `no such command: '${name}'`);
    checkFields(name, command, call.command, services);
    role = enterSession(name, call.command, services.sessions, call.connection);
    checkRole(name, command, role);
    const unmet = checkConcerns(name, command, call.command, role);
    const context = contextOf(services, name, call, role);
    const answer = await command.run(context);
    const hasErrors = 'writeErrors' in answer || (toNumber(answer.nErrors) ?? 0) > 0;
    if (role.transaction && hasErrors) services.sessions.abort(role.transaction);
    return { ...answer, ...(unmet && concernReply(unmet, call.command)), ok: 1 };
  } catch (cause) {
    const fault = asFault(cause);
    if (role?.transaction && name !== 'commitTransaction') services.sessions.abort(role.transaction);
    return faultReply(fault);
  }
}

/** Of these a test wants to know who uses them; the rest is in every command. */
const noted: ReadonlySet<string> = new Set(['comment', 'maxTimeMS', 'readConcern', 'writeConcern']);

/** The level of a read concern, or the members of a write concern. */
function chosen(concern: unknown): string {
  if (!isDocument(concern)) return '';
  const { level, w } = concern;
  return level === undefined && w === undefined ? '' : `=${String(level ?? w)}`;
}

function checkFields(name: string, command: Command, given: Doc, services: Services): void {
  for (const field of Object.keys(given)) {
    if (field === name) continue;
    if (common.has(field)) {
      if (noted.has(field)) services.record('option', `any.${field}${chosen(given[field])}`);
      continue;
    }
    if (!command.fields.includes(field))
      throw new MongoFault('IDLUnknownField', `BSON field '${name}.${field}' is an unknown field.`);
    services.record('option', `${name}.${field}`);
  }
  if (typeof given.$db !== 'string') throw new MongoFault('Location40571', 'OP_MSG requests require a $db argument');
  if (!isDatabaseName(given.$db)) throw new MongoFault('InvalidNamespace', `Invalid database name: '${given.$db}'`);
  if (given.apiVersion !== undefined && given.apiVersion !== '1')
    throw new MongoFault('APIVersionError', 'API version must be "1"');
}

function checkRole(name: string, command: Command, { transaction, executed }: Role): void {
  if (transaction && !command.inTransaction)
    throw new MongoFault('OperationNotSupportedInTransaction', `Cannot run '${name}' in a multi-document transaction.`);
  if (executed && !command.retryable)
    throw new MongoFault(
      'NotARetryableWriteCommand',
      'txnNumber may only be provided for multi-document transactions and retryable write commands.',
    );
}

function contextOf(services: Services, name: string, call: Call, role: Role): CommandContext {
  const maxTimeMs = toNumber(call.command.maxTimeMS) ?? 0;
  if (!Number.isInteger(maxTimeMs) || maxTimeMs < 0 || maxTimeMs > 2_147_483_647)
    throw new MongoFault('BadValue', `${maxTimeMs} value for maxTimeMS is out of range [0, 2147483647]`);
  return {
    services,
    name,
    database: String(call.command.$db),
    command: call.command,
    role,
    connection: call.connection,
    size: call.size,
    deadline: maxTimeMs > 0 ? Date.now() + maxTimeMs : Number.POSITIVE_INFINITY,
    signal: call.signal,
  };
}

/** https://github.com/mongodb/specifications/blob/master/source/sessions/driver-sessions.md#gossipping-the-cluster-time */
function times({ store, clusterTime }: Services): Doc {
  return { $clusterTime: clusterTime(), operationTime: store.clock.clusterTime() };
}

/** A fault of ours is answered as InternalError with its text: the client shall see it, not hang. */
function asFault(cause: unknown): MongoFault {
  if (cause instanceof MongoFault) return cause;
  if (cause instanceof BSONError) return new MongoFault('BadValue', cause.message);
  if (cause instanceof RangeError && cause.message.includes('call stack'))
    return new MongoFault('Overflow', 'the command is nested too deeply');
  return new MongoFault('InternalError', cause instanceof Error ? `${cause.message}\n${cause.stack}` : String(cause));
}
