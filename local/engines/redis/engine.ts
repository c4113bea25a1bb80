import { Arguments } from './arguments.ts';
import { Channels } from './channels.ts';
import { slotOfCommands } from './cluster-rules.ts';
import { answered, type Command, type Commands } from './command.ts';
import { connectionCommands } from './commands/connection.ts';
import { hashCommands } from './commands/hashes.ts';
import { hyperloglogCommands } from './commands/hyperloglogs.ts';
import { keyCommands } from './commands/keys.ts';
import { listCommands } from './commands/lists.ts';
import { pubsubCommands } from './commands/pubsub.ts';
import { scriptCommands } from './commands/scripts.ts';
import { serverCommands } from './commands/server.ts';
import { setCommands } from './commands/sets.ts';
import { sortedSetRangeCommands } from './commands/sorted-set-ranges.ts';
import { sortedSetCommands } from './commands/sorted-sets.ts';
import { stringCommands } from './commands/strings.ts';
import { transactionCommands } from './commands/transactions.ts';
import type { LuaMachine } from './lua/machine.ts';
import { CommandError, outOfMemory, QUEUED, type Reply } from './reply.ts';
import { Session } from './session.ts';
import { shapeOf } from './shape.ts';
import { Database } from './store.ts';

const DATABASES = 16;
/** A text as C shows it, which a zero byte ends. */
const textOf = (bytes: string): string => bytes.split('\0', 1)[0] ?? '';
/** Commands that act on the transaction itself instead of being queued in it. */
const unqueued = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset']);

/** Everything but the sockets: databases, channels, scripts, and the commands on them. One command runs at a time. */
export class Engine {
  readonly commands: Commands = {
    ...connectionCommands,
    ...hashCommands,
    ...hyperloglogCommands,
    ...keyCommands,
    ...listCommands,
    ...pubsubCommands,
    ...scriptCommands,
    ...serverCommands,
    ...setCommands,
    ...sortedSetCommands,
    ...sortedSetRangeCommands,
    ...stringCommands,
    ...transactionCommands,
  };
  readonly channels = new Channels();
  readonly databases: readonly Database[] = Array.from({ length: DATABASES }, () => new Database(() => this.#now));
  /** Scripts by SHA-1. */
  readonly scripts = new Map<string, string>();
  readonly lua: LuaMachine;
  /** Commands with the options they were given, when the engine records. */
  readonly asked: Set<string> | undefined;
  /** Whether keys of one command, script or transaction must lie in one slot, as a cluster demands. */
  readonly clusterRules: boolean;
  /** No memory is left for commands that need some. */
  outOfMemory = false;
  port = 0;
  readonly #sessions = new Map<number, Session>();
  #now = Date.now();
  #nextId = 1;

  constructor(lua: LuaMachine, options: { record: boolean; clusterRules: boolean }) {
    this.lua = lua;
    this.asked = options.record ? new Set() : undefined;
    this.clusterRules = options.clusterRules;
  }

  get sessions(): Session[] {
    return [...this.#sessions.values()];
  }

  open(address: string, write: (bytes: string) => void): Session {
    const session = new Session(this.#nextId++, address, this.channels, write);
    this.#sessions.set(session.id, session);
    return session;
  }

  close(session: Session): void {
    session.reset();
    this.#sessions.delete(session.id);
  }

  /** Deletes keys whose time has come, though nobody asks for them. */
  sweep(): void {
    this.#now = Date.now();
    for (const db of this.databases) db.sweep();
  }

  /** Runs what one connection sent. Time stands still while it runs. */
  execute(session: Session, words: string[]): Reply | typeof answered {
    this.#now = Date.now();
    const [given = '', ...args] = words;
    const name = given.toLowerCase();
    if (name === 'post' || name === 'host:') {
      // A browser that was made to speak to this port: https://redis.io/docs/latest/operate/oss_and_stack/management/security/
      session.closing = true;
      return answered;
    }
    const command = this.lookUp(given, args);
    if (command instanceof CommandError) {
      if (session.transaction) session.transaction.spoiled = true;
      return command;
    }
    if (session.subscribed && session.protocol === 2 && !command.whileSubscribed)
      return new CommandError(
        `ERR Can't execute '${name}': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context`,
      );
    const refusal = this.#refusal(session, command, name, args);
    if (refusal) {
      if (name === 'exec') session.discard();
      else if (session.transaction) session.transaction.spoiled = true;
      return refusal;
    }
    if (!session.transaction || unqueued.has(name)) return this.perform(session, command, name, args);
    session.transaction.queue.push({ command, name, args });
    return QUEUED;
  }

  /** Why a command that exists is not run, if it is not. */
  #refusal(session: Session, command: Command, name: string, args: string[]): CommandError | undefined {
    const { transaction } = session;
    if (transaction && command.noMulti) return new CommandError('ERR Command not allowed inside a transaction');
    if (command.grows && this.outOfMemory) return outOfMemory();
    if (!this.clusterRules) return undefined;
    const slot = slotOfCommands(name === 'exec' ? (transaction?.queue ?? []) : [{ command, args }]);
    if (slot === 'several') return new CommandError("CROSSSLOT Keys in request don't hash to the same slot");
    session.slot = slot;
    return undefined;
  }

  /** @returns the command, or the error that an unknown one or a wrong number of arguments gets */
  lookUp(given: string, args: readonly string[]): Command | CommandError {
    const name = given.toLowerCase();
    const command = Object.hasOwn(this.commands, name) ? this.commands[name] : undefined;
    if (!command) {
      const shown = args
        .map((arg) => `'${textOf(arg).slice(0, 128)}' `)
        .join('')
        .slice(0, 128);
      return new CommandError(
        `ERR unknown command '${textOf(given).slice(0, 128)}', with args beginning with: ${shown}`,
      );
    }
    const count = args.length + 1;
    const misses = (arity: number) => (arity > 0 ? count !== arity : count < -arity);
    const wrongCount = (title: string) => new CommandError(`ERR wrong number of arguments for '${title}' command`);
    const [topic] = args;
    if (!command.subcommands || topic === undefined) return misses(command.arity) ? wrongCount(name) : command;
    const arity = Object.entries(command.subcommands).find(([one]) => one === topic.toLowerCase())?.[1];
    if (arity === undefined)
      return new CommandError(
        `ERR unknown subcommand '${textOf(topic).slice(0, 128)}'. Try ${name.toUpperCase()} HELP.`,
      );
    return misses(arity) ? wrongCount(`${name}|${topic.toLowerCase()}`) : command;
  }

  /** Runs one command, in or outside a script or transaction. */
  perform(session: Session, command: Command, name: string, args: string[]): Reply | typeof answered {
    this.asked?.add(shapeOf(name, args));
    const db = this.databases[session.database];
    if (!db) return new CommandError('ERR DB index is out of range');
    try {
      return command.run({ engine: this, session, db, name, args: new Arguments(args) });
    } catch (fault) {
      if (fault instanceof CommandError) return fault;
      throw fault;
    }
  }
}
