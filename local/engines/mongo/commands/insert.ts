import { ObjectId } from 'bson';
import { recordKey } from '../storage/collection.ts';
import { withPresentTimestamps } from '../value/timestamps.ts';
import type { Doc } from '../value/types.ts';
import { MAX_DOCUMENT_BYTES } from '../value/validate.ts';
import { collectionName, documentsIn } from './arguments.ts';
import { type Command, type CommandContext, transactionOf, unblocked } from './context.ts';
import { runStatements } from './statements.ts';
import { checkDocument } from './validation.ts';

/** https://www.mongodb.com/docs/manual/reference/command/insert/ */
export const insert: Command = {
  fields: ['documents', 'ordered', 'bypassDocumentValidation', 'stmtId', 'stmtIds'],
  inTransaction: true,
  retryable: true,
  writes: true,
  run(context) {
    const name = collectionName(context);
    return runStatements(context, documentsIn(context.command, 'documents', 'insert'), async (given) => {
      const document = asInserted(context, given);
      await unblocked(context, () => insertDocument(context, name, document, context.size));
      return { n: 1 };
    });
  },
};

/** @param bytes an upper bound of the document's size */
export function insertDocument(context: CommandContext, name: string, document: Doc, bytes?: number): void {
  const transaction = transactionOf(context);
  const collection = context.services.store.make(context.database, name, transaction);
  checkDocument(
    context,
    collection,
    document,
    null,
    bytes === undefined || bytes > MAX_DOCUMENT_BYTES ? undefined : bytes,
  );
  collection.write(recordKey(document), document, 'insert', transaction);
}

/** A document as the server inserts it: with an `_id`, which comes first, and with present timestamps for empty ones. */
export const asInserted = ({ services }: CommandContext, given: Doc): Doc =>
  withIdFirst(withPresentTimestamps(given, () => services.store.clock.timestamp()));

function withIdFirst(document: Doc): Doc {
  for (const first in document) {
    if (first === '_id') return document;
    break;
  }
  const { _id: id = new ObjectId(), ...rest } = document;
  return { _id: id, ...rest };
}
