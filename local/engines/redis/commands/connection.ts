import { type Arguments, integer } from '../arguments.ts';
import type { Call, Commands } from '../command.ts';
import { CommandError, OK, Pairs, type Reply, Simple, syntaxError } from '../reply.ts';
import type { Session } from '../session.ts';
import { VERSION } from '../version.ts';
import { databaseAt, databaseIndex } from './database-index.ts';

/** There is no password: the default user needs none, and one that is given is refused, as by the server. */
function authenticate(args: Arguments, withUser: boolean): Reply {
  const user = withUser ? args.next() : undefined;
  args.next();
  if (user === undefined)
    throw new CommandError(
      'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
    );
  if (user === 'default') return OK;
  throw new CommandError('WRONGPASS invalid username-password pair or user is disabled.');
}

function auth({ args }: Call): Reply {
  if (args.left > 2) throw syntaxError();
  return authenticate(args, args.left > 1);
}

/** https://redis.io/docs/latest/commands/hello/ */
function hello({ args, session }: Call): Reply {
  if (args.left > 0) {
    const version = integer(
      args.next(),
      () => new CommandError('ERR Protocol version is not an integer or out of range'),
    );
    if (version !== 2 && version !== 3) throw new CommandError('NOPROTO unsupported protocol version');
    // What was taken before a wrong option stays.
    while (args.left > 0) {
      const option = args.next();
      if (option.toUpperCase() === 'AUTH' && args.left >= 2) authenticate(args, true);
      else if (option.toUpperCase() === 'SETNAME' && args.left >= 1) session.name = clientName(args.next());
      else throw new CommandError(`ERR Syntax error in HELLO option '${option}'`);
    }
    session.protocol = version;
  }
  const facts = { server: 'redis', version: VERSION, proto: session.protocol, id: session.id, mode: 'standalone' };
  return new Pairs([...Object.entries({ ...facts, role: 'master' }).flat(), 'modules', []]);
}

function clientName(name: string): string {
  if (!/^[!-~]*$/.test(name))
    throw new CommandError('ERR Client names cannot contain spaces, newlines or special characters.');
  return name;
}

function setInfo(session: Session, args: Arguments): Reply {
  const attribute = args.next();
  const value = args.next();
  if (!/^[!-~]*$/.test(value))
    throw new CommandError(`ERR ${attribute} cannot contain spaces, newlines or special characters.`);
  if (attribute.toUpperCase() === 'LIB-NAME') session.library = value;
  else if (attribute.toUpperCase() === 'LIB-VER') session.libraryVersion = value;
  else throw new CommandError(`ERR Unrecognized option '${attribute}'`);
  return OK;
}

const line = (session: Session): string =>
  [
    `id=${session.id}`,
    `addr=${session.address}`,
    `name=${session.name}`,
    `db=${session.database}`,
    `sub=${session.count('channel')}`,
    `psub=${session.count('pattern')}`,
    `ssub=${session.count('shard')}`,
    `multi=${session.transaction?.queue.length ?? -1}`,
    `resp=${session.protocol}`,
    `lib-name=${session.library}`,
    `lib-ver=${session.libraryVersion}`,
  ].join(' ');

/** https://redis.io/docs/latest/commands/?group=connection */
function client({ args, session, state }: Call): Reply {
  switch (args.word()) {
    case 'ID':
      return session.id;
    case 'GETNAME':
      return session.name || null;
    case 'INFO':
      return `${line(session)}\n`;
    case 'LIST':
      if (args.left > 0) throw syntaxError();
      return state.sessions.map((one) => `${line(one)}\n`).join('');
    case 'SETNAME':
      session.name = clientName(args.next());
      return OK;
    case 'SETINFO':
      return setInfo(session, args);
    default:
      if (!args.skip('ON') && !args.skip('OFF')) throw syntaxError();
      return OK;
  }
}

function select({ args, session, state }: Call): Reply {
  const index = databaseIndex(args);
  if (state.clusterRules && index !== 0) throw new CommandError('ERR SELECT is not allowed in cluster mode');
  databaseAt(state, index);
  session.database = index;
  return OK;
}

function ping({ args, session, name }: Call): Reply {
  if (args.left > 1) throw new CommandError(`ERR wrong number of arguments for '${name}' command`);
  const text = args.left > 0 ? args.next() : undefined;
  if (session.subscribed && session.protocol === 2 && !session.scripting) return ['pong', text ?? ''];
  return text ?? new Simple('PONG');
}

export const connectionCommands: Commands = {
  hello: { arity: -1, noScript: true, run: hello },
  auth: { arity: -2, noScript: true, run: auth },
  client: {
    arity: -2,
    noScript: true,
    subcommands: { id: 2, getname: 2, info: 2, list: -2, setname: 3, 'no-evict': 3, 'no-touch': 3, setinfo: 4 },
    run: client,
  },
  select: { arity: 2, run: select },
  ping: { arity: -1, whileSubscribed: true, run: ping },
  echo: { arity: 2, run: ({ args }) => args.next() },
  quit: {
    arity: -1,
    noScript: true,
    whileSubscribed: true,
    run: ({ session }) => {
      session.closing = true;
      return OK;
    },
  },
  reset: {
    arity: 1,
    noScript: true,
    whileSubscribed: true,
    run: ({ session }) => {
      session.reset();
      return new Simple('RESET');
    },
  },
};
