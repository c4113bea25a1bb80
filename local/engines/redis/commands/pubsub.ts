import type { ChannelKind } from '../channels.ts';
import type { Call, Commands } from '../command.ts';
import { globMatch } from '../glob.ts';
import { answered, CommandError, type Reply, syntaxError } from '../reply.ts';

function subscribe(kind: ChannelKind) {
  return ({ args, session, name }: Call) => {
    for (const channel of args.rest()) {
      session.subscribe(kind, channel);
      session.push([name, channel, session.subscriptionCount(kind)]);
    }
    return answered;
  };
}

function unsubscribe(kind: ChannelKind) {
  return ({ args, session, name }: Call) => {
    const named = args.left > 0 ? args.rest() : session.subscriptions(kind);
    for (const channel of named) {
      session.unsubscribe(kind, channel);
      session.push([name, channel, session.subscriptionCount(kind)]);
    }
    if (named.length === 0) session.push([name, null, session.subscriptionCount(kind)]);
    return answered;
  };
}

/** https://redis.io/docs/latest/commands/pubsub-channels/ and its neighbours */
function pubsub({ state, args }: Call): Reply {
  const topic = args.next();
  const kind: ChannelKind = topic.toUpperCase().startsWith('SHARD') ? 'shard' : 'channel';
  switch (topic.toUpperCase()) {
    case 'CHANNELS':
    case 'SHARDCHANNELS': {
      const pattern = args.left > 0 ? args.next() : undefined;
      if (args.left > 0)
        throw new CommandError(`ERR unknown subcommand or wrong number of arguments for '${topic}'. Try PUBSUB HELP.`);
      return state.channels.names(kind).filter((channel) => pattern === undefined || globMatch(pattern, channel));
    }
    case 'NUMSUB':
    case 'SHARDNUMSUB':
      return args.rest().flatMap((channel) => [channel, state.channels.count(kind, channel)]);
    case 'NUMPAT':
      return state.channels.patterns;
    default:
      throw syntaxError();
  }
}

/** https://redis.io/docs/latest/develop/pubsub/ */
export const pubsubCommands: Commands = {
  subscribe: { arity: -2, noScript: true, noMulti: true, whileSubscribed: true, run: subscribe('channel') },
  psubscribe: { arity: -2, noScript: true, noMulti: true, whileSubscribed: true, run: subscribe('pattern') },
  ssubscribe: {
    arity: -2,
    keys: [1, -1, 1],
    noScript: true,
    noMulti: true,
    whileSubscribed: true,
    run: subscribe('shard'),
  },
  unsubscribe: { arity: -1, noScript: true, noMulti: true, whileSubscribed: true, run: unsubscribe('channel') },
  punsubscribe: { arity: -1, noScript: true, noMulti: true, whileSubscribed: true, run: unsubscribe('pattern') },
  sunsubscribe: {
    arity: -1,
    keys: [1, -1, 1],
    noScript: true,
    noMulti: true,
    whileSubscribed: true,
    run: unsubscribe('shard'),
  },
  publish: {
    arity: 3,
    mayReplicate: true,
    run: ({ state, args }) => state.channels.publish('channel', args.next(), args.next()),
  },
  spublish: {
    arity: 3,
    mayReplicate: true,
    keys: [1, 1, 1],
    run: ({ state, args }) => state.channels.publish('shard', args.next(), args.next()),
  },
  pubsub: {
    arity: -2,
    subcommands: { channels: -2, numsub: -2, numpat: 2, shardchannels: -2, shardnumsub: -2 },
    run: pubsub,
  },
};
