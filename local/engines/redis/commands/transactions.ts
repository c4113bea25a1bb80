import type { Call, Commands } from '../command.ts';
import { encode } from '../encode.ts';
import { answered, CommandError, nullArray, OK, type Reply } from '../reply.ts';

function exec({ session }: Call): Reply | typeof answered {
  const { transaction } = session;
  if (!transaction) throw new CommandError('ERR EXEC without MULTI');
  const changed = session.watchedChanged;
  session.discard();
  if (transaction.spoiled) throw new CommandError('EXECABORT Transaction discarded because of previous errors.');
  if (changed) return nullArray;
  // One by one: a HELLO among them changes how the next is written, and what the client publishes to itself comes in between.
  session.write(`*${transaction.queue.length}\r\n`);
  for (const command of transaction.queue) {
    const reply = command.run();
    session.write(encode(reply === answered ? null : reply, session.protocol));
  }
  return answered;
}

/** https://redis.io/docs/latest/develop/using-commands/transactions/ */
export const transactionCommands: Commands = {
  multi: {
    arity: 1,
    noScript: true,
    run: ({ session }) => {
      if (session.transaction) throw new CommandError('ERR MULTI calls can not be nested');
      session.transaction = { queue: [], spoiled: false };
      return OK;
    },
  },
  exec: { arity: 1, noScript: true, run: exec },
  discard: {
    arity: 1,
    noScript: true,
    run: ({ session }) => {
      if (!session.transaction) throw new CommandError('ERR DISCARD without MULTI');
      session.discard();
      return OK;
    },
  },
  watch: {
    arity: -2,
    noScript: true,
    keys: [1, -1, 1],
    run: ({ session, db, args }) => {
      if (session.transaction) throw new CommandError('ERR WATCH inside MULTI is not allowed');
      for (const key of args.rest()) session.watch(db, key);
      return OK;
    },
  },
  unwatch: {
    arity: 1,
    noScript: true,
    run: ({ session }) => {
      session.unwatch();
      return OK;
    },
  },
};
