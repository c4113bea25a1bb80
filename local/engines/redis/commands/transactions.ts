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
  const before = session.protocol;
  const replies = transaction.queue.map((command) => {
    const reply = command.run();
    return { reply: reply === answered ? null : reply, protocol: session.protocol };
  });
  if (replies.every(({ protocol }) => protocol === before)) return replies.map(({ reply }) => reply);
  // HELLO was among them: what came before it is in the protocol of before.
  session.write(`*${replies.length}\r\n${replies.map(({ reply, protocol }) => encode(reply, protocol)).join('')}`);
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
