import { MongoFault } from '../errors.ts';
import type { SessionTransaction } from '../transaction/sessions.ts';
import { isDocument } from '../value/types.ts';
import type { Command, CommandContext } from './context.ts';

function transactionIn(context: CommandContext): SessionTransaction {
  if (context.database !== 'admin')
    throw new MongoFault('Unauthorized', `${context.name} may only be run against the admin database.`);
  const { transaction } = context.role;
  if (!transaction) throw new MongoFault('InvalidOptions', `${context.name} must be run within a transaction`);
  return transaction;
}

/** https://www.mongodb.com/docs/manual/reference/command/commitTransaction/ */
export const commitTransaction: Command = {
  fields: ['recoveryToken'],
  inTransaction: true,
  writes: true,
  run(context) {
    context.services.sessions.commit(transactionIn(context));
    return {};
  },
};

/** https://www.mongodb.com/docs/manual/reference/command/abortTransaction/ */
export const abortTransaction: Command = {
  fields: ['recoveryToken'],
  inTransaction: true,
  writes: true,
  run(context) {
    const transaction = transactionIn(context);
    if (transaction.state === 'aborted')
      throw new MongoFault(
        'NoSuchTransaction',
        `Transaction with { txnNumber: ${transaction.number} } has been aborted.`,
        {
          labels: ['TransientTransactionError'],
        },
      );
    context.services.sessions.abort(transaction);
    return {};
  },
};

const sessionsIn = (context: CommandContext): unknown[] => {
  const given = context.command[context.name];
  if (!Array.isArray(given) || !given.every(isDocument))
    throw new MongoFault('TypeMismatch', `BSON field '${context.name}' must be an array of sessions`);
  return given;
};

/** https://www.mongodb.com/docs/manual/reference/command/endSessions/ */
export const endSessions: Command = {
  fields: [],
  run(context) {
    for (const lsid of sessionsIn(context)) {
      context.services.cursors.killSession(context.services.sessions.of(lsid).id);
      context.services.sessions.end(lsid);
    }
    return {};
  },
};

export const killSessions: Command = endSessions;

/** https://www.mongodb.com/docs/manual/reference/command/killAllSessions/ */
export const killAllSessions: Command = {
  fields: [],
  run(context) {
    const users = sessionsIn(context);
    // Nobody signs in here, so no session is of a named user.
    if (users.length === 0) context.services.sessions.stop();
    if (users.length === 0) context.services.cursors.killSessions();
    return {};
  },
};
