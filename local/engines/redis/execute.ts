import { Arguments } from './arguments.ts';
import { onlySlot, slotOfKeys } from './cluster-rules.ts';
import type { Command, Context } from './command.ts';
import { shapeOf } from './command-shape.ts';
import { fullName, lookUp } from './look-up.ts';
import { answered, CommandError, outOfMemory, QUEUED, type Reply } from './reply.ts';
import type { Session } from './session.ts';

/** Commands that act on the transaction itself instead of being queued in it. */
const unqueued = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset']);

/** Runs what one connection sent. Time stands still while it runs. */
export function execute(context: Context, words: readonly string[]): Reply | typeof answered {
  const { commands, state, session } = context;
  state.tick();
  const [given = '', ...args] = words;
  const name = given.toLowerCase();
  if (name === 'post' || name === 'host:') {
    // A browser that was made to speak to this port: https://redis.io/docs/latest/operate/oss_and_stack/management/security/
    session.closing = true;
    session.hangsUp = true;
    return answered;
  }
  const command = lookUp(commands, given, args);
  if (command instanceof CommandError) return rejected(session, name, command);
  if (session.subscribed && session.protocol === 2 && !command.whileSubscribed)
    return rejected(
      session,
      name,
      new CommandError(
        `ERR Can't execute '${fullName(command, name, args)}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
      ),
    );
  const refusal = refusalOf(context, command, name, args);
  if (refusal) {
    if (name === 'exec') session.discard();
    else if (session.transaction) session.transaction.spoiled = true;
    return refusal;
  }
  if (!session.transaction || unqueued.has(name)) return perform(context, command, name, args);
  session.transaction.queue.push({ slot: session.slot, run: () => perform(context, command, name, args) });
  return QUEUED;
}

/** What is answered to a command that is not run: it spoils the transaction that it stands in, and EXEC is over with it. */
function rejected(session: Session, name: string, fault: CommandError): CommandError {
  if (session.transaction) session.transaction.spoiled = true;
  if (name !== 'exec') return fault;
  session.discard();
  return new CommandError(`EXECABORT Transaction discarded because of: ${fault.message.replace(/^ERR /, '')}`);
}

/** Why a command that exists is not run, if it is not. */
function refusalOf(
  { state, session }: Context,
  command: Command,
  name: string,
  args: string[],
): CommandError | undefined {
  const { transaction } = session;
  if (transaction && command.noMulti) return new CommandError('ERR Command not allowed inside a transaction');
  if (command.grows && state.memory.short) return outOfMemory();
  if (!state.clusterRules) return undefined;
  const slot =
    name === 'exec' && transaction
      ? onlySlot(transaction.queue.map((queued) => queued.slot))
      : slotOfKeys(command, args);
  if (slot === 'several') return new CommandError("CROSSSLOT Keys in request don't hash to the same slot");
  session.slot = slot;
  return undefined;
}

/**
 * Runs one command, in or outside a script or transaction.
 * @param name the command's, in lower case
 */
export function perform(
  { commands, state, session }: Context,
  command: Command,
  name: string,
  args: readonly string[],
): Reply | typeof answered {
  state.asked?.add(shapeOf(name, args));
  const db = state.databases[session.database];
  if (!db) return new CommandError('ERR DB index is out of range');
  try {
    return command.run({ commands, state, session, db, name, args: new Arguments(args) });
  } catch (fault) {
    if (fault instanceof CommandError) return fault;
    throw fault;
  }
}
