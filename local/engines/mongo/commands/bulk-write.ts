import { MongoFault } from '../errors.ts';
import { namespaceIn } from '../storage/names.ts';
import { type Doc, isDocument, toNumber } from '../value/types.ts';
import { countIn, documentIn, documentsIn, flagIn, onlyKnown } from './arguments.ts';
import { type Command, type CommandContext, unblocked } from './context.ts';
import { deleteStatement } from './delete.ts';
import { ownerOf } from './find.ts';
import { asInserted, insertDocument } from './insert.ts';
import { isCommandFault, MOST_STATEMENTS, type StatementResult, statementId } from './statements.ts';
import { updateStatement } from './update.ts';
import { variablesOf } from './variables.ts';

const kinds = ['insert', 'update', 'delete'] as const;
type Kind = (typeof kinds)[number];

const fieldsOf: Readonly<Record<Kind, ReadonlySet<string>>> = {
  insert: new Set(['insert', 'document']),
  update: new Set([
    ...['update', 'filter', 'updateMods', 'multi', 'upsert', 'arrayFilters', 'hint', 'collation', 'sort', 'constants'],
  ]),
  delete: new Set(['delete', 'filter', 'multi', 'hint', 'collation']),
};

interface Operation {
  kind: Kind;
  given: Doc;
  database: string;
  collection: string;
}

/**
 * Writes to several collections.
 * https://www.mongodb.com/docs/manual/reference/command/bulkWrite/
 */
export const bulkWrite: Command = {
  fields: ['ops', 'nsInfo', 'ordered', 'errorsOnly', 'bypassDocumentValidation', 'let', 'cursor', 'stmtId', 'stmtIds'],
  inTransaction: true,
  retryable: true,
  writes: true,
  async run(context) {
    const { command, services, role } = context;
    if (context.database !== 'admin')
      throw new MongoFault('Unauthorized', 'bulkWrite may only be run against the admin database.');
    const operations = operationsIn(context);
    const variables = variablesOf(context);
    const ordered = command.ordered !== false;
    const errorsOnly = flagIn(command, 'errorsOnly', 'bulkWrite') === true;
    const counts = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
    const results: Doc[] = [];
    const retried: number[] = [];
    for (const [idx, operation] of operations.entries()) {
      const id = statementId(command, idx);
      const before = role.executed?.get(id) as StatementResult | undefined;
      if (before) retried.push(id);
      try {
        if (role.executed && !before) services.failPoints?.meetWrite(context.connection);
        const result = before ?? (await run(context, operation, variables));
        role.executed?.set(id, result);
        add(counts, operation.kind, result);
        if (!errorsOnly) results.push({ ok: 1, idx, ...shown(operation.kind, result) });
      } catch (cause) {
        if (!(cause instanceof MongoFault) || isCommandFault(cause)) throw cause;
        counts.nErrors += 1;
        const { code, message: errmsg, details } = cause;
        results.push({ ok: 0, idx, code, errmsg, ...details, ...shown(operation.kind, { n: 0 }) });
        if (ordered || role.transaction) break;
      }
    }
    const batchSize = countIn(documentIn(command, 'cursor', 'bulkWrite') ?? {}, 'batchSize', 'bulkWrite.cursor');
    const cursor = services.cursors.open('admin.$cmd.bulkWrite', results.values(), {
      batchSize: batchSize ?? Number.POSITIVE_INFINITY,
      ...ownerOf(context),
    });
    return { cursor, ...counts, ...(retried.length > 0 && { retriedStmtIds: retried }) };
  },
};

function operationsIn(context: CommandContext): Operation[] {
  const namespaces = documentsIn(context.command, 'nsInfo', 'bulkWrite').map((info) => {
    onlyKnown(info, new Set(['ns']), 'bulkWrite.nsInfo');
    return namespaceIn(info.ns, 'Invalid namespace specified for bulkWrite');
  });
  const given = documentsIn(context.command, 'ops', 'bulkWrite');
  if (given.length === 0 || given.length > MOST_STATEMENTS)
    throw new MongoFault(
      'InvalidLength',
      `Write batch sizes must be between 1 and ${MOST_STATEMENTS}. Got ${given.length} operations.`,
    );
  return given.map((one) => {
    const kind = kinds.find((name) => name === Object.keys(one)[0]);
    if (!kind) throw new MongoFault('BadValue', `Unrecognized bulkWrite operation: ${Object.keys(one)[0]}`);
    onlyKnown(one, fieldsOf[kind], `bulkWrite.ops.${kind}`);
    const at = toNumber(one[kind]);
    const namespace = at === undefined ? undefined : namespaces[at];
    if (!namespace) throw new MongoFault('BadValue', `BulkWrite ops entry ${kind} has an invalid nsInfo index.`);
    if (kind !== 'insert' && one.multi === true && context.role.executed)
      throw new MongoFault('InvalidOptions', `Cannot use retryable writes with multi=true`);
    return { kind, given: one, ...namespace };
  });
}

/** Each operation is a statement of the command that its kind has of its own. */
async function run(
  context: CommandContext,
  operation: Operation,
  variables: Doc | undefined,
): Promise<StatementResult> {
  const { kind, given, database, collection } = operation;
  const there = { ...context, database };
  if (kind === 'insert') {
    const document = documentIn(given, 'document', 'bulkWrite.ops.insert');
    if (!isDocument(document)) throw new MongoFault('Location40414', "BSON field 'bulkWrite.ops.document' is missing");
    const ready = asInserted(context, document);
    await unblocked(context, () => insertDocument(there, collection, ready, context.size));
    return { n: 1 };
  }
  const { filter: q, multi = false, hint, collation } = given;
  const shared = { q, ...(hint !== undefined && { hint }), ...(collation !== undefined && { collation }) };
  if (kind === 'delete')
    return deleteStatement(there, collection, { ...shared, limit: multi === true ? 0 : 1 }, variables);
  const { updateMods: u, upsert, arrayFilters, sort, constants } = given;
  const options = { upsert, arrayFilters, sort, c: constants };
  const statement = {
    ...shared,
    u,
    multi,
    ...Object.fromEntries(Object.entries(options).filter(([, one]) => one !== undefined)),
  };
  return updateStatement(there, collection, statement, variables);
}

const shown = (kind: Kind, { n, nModified = 0, upserted }: StatementResult): Doc => ({
  n,
  ...(kind === 'update' && { nModified }),
  ...(upserted !== undefined && { upserted: { _id: upserted } }),
});

type Counts = Record<'nInserted' | 'nMatched' | 'nModified' | 'nUpserted' | 'nDeleted', number>;

function add(counts: Counts, kind: Kind, { n, nModified = 0, upserted }: StatementResult): void {
  if (kind === 'insert') counts.nInserted += n;
  else if (kind === 'delete') counts.nDeleted += n;
  else if (upserted !== undefined) counts.nUpserted += 1;
  else {
    counts.nMatched += n;
    counts.nModified += nModified;
  }
}
