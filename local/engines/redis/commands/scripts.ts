import { createHash } from 'node:crypto';
import { integer } from '../arguments.ts';
import { slotOfKeys } from '../cluster-rules.ts';
import type { Call, Command, Commands } from '../command.ts';
import { perform } from '../execute.ts';
import { commandOf, lookUp, subcommandOf } from '../look-up.ts';
import { answered, CommandError, OK, outOfMemory, type Reply, syntaxError } from '../reply.ts';
import type { Session } from '../session.ts';

const SHA_LENGTH = 40;
const shaOf = (script: string): string => createHash('sha1').update(script, 'latin1').digest('hex');

function load({ state }: Call, script: string): string {
  const sha = shaOf(script);
  state.lua.compile(sha, script);
  state.scripts.set(sha, script);
  return sha;
}

/**
 * https://redis.io/docs/latest/develop/programmability/eval-intro/
 * @param prepare finds or compiles the script, once its arguments are judged; gives its SHA-1
 */
function run(call: Call, prepare: () => string): Reply {
  const { args, state, session, name } = call;
  const count = integer(args.next());
  if (count > args.left) throw new CommandError("ERR Number of keys can't be greater than number of args");
  if (count < 0) throw new CommandError("ERR Number of keys can't be negative");
  const rest = args.rest();
  const sha = prepare();
  const { database } = session;
  session.scripting = true;
  try {
    return state.lua.run(sha, rest.slice(0, count), rest.slice(count), {
      call: (words) => runOne(call, words, name.endsWith('_ro')),
      knows: (words) => knows(call, words),
    });
  } finally {
    // A script's SELECT is its own.
    session.database = database;
    session.scripting = false;
  }
}

/** Whatever its arguments are, but for the word that says which of several it is. */
function knows({ commands }: Call, [name = '', topic]: readonly string[]): boolean {
  const command = commandOf(commands, name);
  return command !== undefined && (topic === undefined || subcommandOf(command, topic) !== 'none');
}

/** One command of a script. */
function runOne(call: Call, words: string[], readOnly: boolean): Reply {
  const { commands, state, session } = call;
  const [given = '', ...args] = words;
  const command = lookUp(commands, given, args);
  if (command instanceof CommandError)
    return new CommandError(
      command.message.startsWith('ERR unknown')
        ? 'ERR Unknown Redis command called from script'
        : 'ERR Wrong number of args calling Redis command from script',
    );
  if (command.noScript) return new CommandError('ERR This Redis command is not allowed from script');
  if (readOnly && (command.writes || command.mayReplicate))
    return new CommandError('ERR Write commands are not allowed from read-only scripts.');
  if (command.grows) {
    state.memory.take(words.reduce((sum, { length }) => sum + length, 0));
    if (state.memory.short) return outOfMemory();
  }
  const crossing = state.clusterRules && crossesSlots(session, command, args);
  if (crossing) return crossing;
  const reply = perform(call, command, given.toLowerCase(), args);
  return reply === answered ? null : reply;
}

/** What a cluster answers where the other slot is another node's, as it may be any day. */
function crossesSlots(session: Session, command: Command, args: string[]): CommandError | undefined {
  const slot = slotOfKeys(command, args);
  if (slot === undefined) return undefined;
  session.slot ??= slot === 'several' ? undefined : slot;
  return session.slot === slot
    ? undefined
    : new CommandError('ERR Script attempted to access a non local key in a cluster node');
}

function evalSha(call: Call): Reply {
  const sha = call.args.next().toLowerCase();
  const noScript = () => new CommandError('NOSCRIPT No matching script. Please use EVAL.');
  if (sha.length !== SHA_LENGTH) throw noScript();
  return run(call, () => {
    if (!call.state.scripts.has(sha)) throw noScript();
    return sha;
  });
}

const evaluate = (call: Call): Reply => {
  const script = call.args.next();
  return run(call, () => load(call, script));
};

/** https://redis.io/docs/latest/commands/script-load/ and its neighbours */
function script(call: Call): Reply {
  const { args, state } = call;
  switch (args.word()) {
    case 'LOAD':
      return load(call, args.next());
    case 'EXISTS':
      return args.rest().map((sha) => (state.scripts.has(sha.toLowerCase()) ? 1 : 0));
    case 'FLUSH':
      if (args.left > 0 && !args.skip('ASYNC') && !args.skip('SYNC'))
        throw new CommandError('ERR SCRIPT FLUSH only support SYNC|ASYNC option');
      if (args.left > 0) throw syntaxError();
      state.scripts.clear();
      state.lua.flush();
      return OK;
    default:
      // A script that runs is the only thing that does: whoever asks finds none.
      throw new CommandError('NOTBUSY No scripts in execution right now.');
  }
}

export const scriptCommands: Commands = {
  eval: { arity: -3, noScript: true, countedKeys: 2, run: evaluate },
  eval_ro: { arity: -3, noScript: true, countedKeys: 2, run: evaluate },
  evalsha: { arity: -3, noScript: true, countedKeys: 2, run: evalSha },
  evalsha_ro: { arity: -3, noScript: true, countedKeys: 2, run: evalSha },
  script: { arity: -2, noScript: true, subcommands: { load: 3, exists: -3, flush: -2, kill: 2 }, run: script },
};
