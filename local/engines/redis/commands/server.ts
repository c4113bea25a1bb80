import type { Call, Command, Commands } from '../command.ts';
import { globMatch } from '../glob.ts';
import { CommandError, Pairs, type Reply, Simple } from '../reply.ts';
import { VERSION } from '../version.ts';

const parameters: Readonly<Record<string, string>> = {
  appendonly: 'no',
  databases: '16',
  maxmemory: '0',
  'maxmemory-policy': 'noeviction',
  save: '',
};

/** https://redis.io/docs/latest/commands/info/ */
function info({ state, args }: Call): Reply {
  const wanted = args.rest().map((word) => word.toLowerCase());
  const sections: Record<string, Record<string, string | number>> = {
    Server: { redis_version: VERSION, redis_mode: 'standalone', process_id: process.pid, tcp_port: state.port },
    Clients: { connected_clients: state.sessions.length },
    Memory: { maxmemory: 0, maxmemory_policy: 'noeviction' },
    Persistence: { loading: 0, async_loading: 0 },
    Replication: { role: 'master', connected_slaves: 0 },
    Cluster: { cluster_enabled: 0 },
    Keyspace: Object.fromEntries(
      state.databases.flatMap((db, index) =>
        db.size > 0 ? [[`db${index}`, `keys=${db.size},expires=${db.expiring},avg_ttl=0`]] : [],
      ),
    ),
  };
  const everything = wanted.length === 0 || wanted.some((word) => ['all', 'default', 'everything'].includes(word));
  return Object.entries(sections)
    .filter(([title]) => everything || wanted.includes(title.toLowerCase()))
    .map(
      ([title, facts]) =>
        `# ${title}\r\n${Object.entries(facts)
          .map(([name, value]) => `${name}:${value}\r\n`)
          .join('')}`,
    )
    .join('\r\n');
}

function config({ args }: Call): Reply {
  args.skip('GET');
  const patterns = args.rest().map((pattern) => pattern.toLowerCase());
  const found = Object.entries(parameters).filter(([name]) => patterns.some((pattern) => globMatch(pattern, name)));
  return new Pairs(found.flat());
}

const describe = (name: string, { arity, writes, noScript, keys }: Command): Reply => [
  name,
  arity,
  [new Simple(writes ? 'write' : 'readonly'), ...(noScript ? [new Simple('noscript')] : [])],
  ...(keys ?? [0, 0, 0]),
];

/** https://redis.io/docs/latest/commands/command/ */
function command({ commands, args }: Call): Reply {
  const known = Object.entries(commands);
  if (args.left === 0) return known.map(([name, one]) => describe(name, one));
  if (args.word() === 'COUNT') return known.length;
  if (args.left === 0) return known.map(([name, one]) => describe(name, one));
  return args.rest().map((name) => {
    const found = commands[name.toLowerCase()];
    return found ? describe(name.toLowerCase(), found) : null;
  });
}

function time(): Reply {
  const micros = Math.round((performance.timeOrigin + performance.now()) * 1000);
  return [String(Math.floor(micros / 1_000_000)), String(micros % 1_000_000)];
}

/** https://redis.io/docs/latest/commands/?group=server */
export const serverCommands: Commands = {
  info: { arity: -1, run: info },
  config: { arity: -2, noScript: true, subcommands: { get: -3 }, run: config },
  command: { arity: -1, subcommands: { count: 2, info: -2 }, run: command },
  time: { arity: 1, run: time },
  cluster: {
    arity: -2,
    run: () => {
      throw new CommandError('ERR This instance has cluster support disabled');
    },
  },
};
