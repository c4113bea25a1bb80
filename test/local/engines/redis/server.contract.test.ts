import { once } from 'node:events';
import { connect } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type RedisOptions, type RunningRedis, startRedis } from '../../../../local/engines/redis/server.ts';
import { claims } from '../../../support/claims/claim.ts';

const server = claims('redis', 'server');
const streams = claims('redis', 'streams');
const lists = claims('redis', 'lists');
const scripts = claims('redis', 'scripts');
const cluster = claims('redis', 'cluster');
const hyperloglog = claims('redis', 'hyperloglog');
const transactions = claims('redis', 'transactions');

let shared: RunningRedis;
beforeAll(async () => {
  shared = await startRedis({ record: true, longestScriptMs: 200 });
});
afterAll(() => shared.stop());

/** A client of an engine, gone when the test is. */
async function client(options?: RedisOptions): Promise<Redis> {
  const engine = options ? await startRedis(options) : undefined;
  const redis = new Redis((engine ?? shared).url);
  onTestFinished(async () => {
    redis.disconnect();
    await engine?.stop();
  });
  return redis;
}

/** What the engine does not know, by the page of what is missing. */
const unknown = [
  [
    streams,
    'develop/data-types/streams/',
    'streams',
    [
      ['XADD', 's', '*', 'f', 'v'],
      ['XREAD', 'STREAMS', 's', '0'],
      ['XGROUP', 'CREATE', 's', 'g', '$'],
    ],
  ],
  [
    lists,
    'commands/blpop/',
    'commands that block',
    [
      ['BLPOP', 'l', '0'],
      ['BRPOP', 'l', '0'],
      ['BLMOVE', 'a', 'b', 'LEFT', 'LEFT', '0'],
      ['BZPOPMIN', 'z', '0'],
      ['WAIT', '0', '0'],
    ],
  ],
  [
    lists,
    'commands/lmove/',
    'LSET, LINSERT, LPOS, LMOVE and LMPOP',
    [
      ['LSET', 'l', '0', 'v'],
      ['LINSERT', 'l', 'BEFORE', 'a', 'b'],
      ['LPOS', 'l', 'a'],
      ['LMOVE', 'a', 'b', 'LEFT', 'LEFT'],
      ['LMPOP', '1', 'l', 'LEFT'],
    ],
  ],
  [
    claims('redis', 'strings'),
    'commands/setrange/',
    'parts of strings, bits and LCS',
    [
      ['SETRANGE', 's', '0', 'v'],
      ['GETRANGE', 's', '0', '1'],
      ['SETBIT', 's', '0', '1'],
      ['BITCOUNT', 's'],
      ['LCS', 'a', 'b'],
    ],
  ],
  [
    claims('redis', 'sets'),
    'commands/sinter/',
    'sets and sorted sets put together (SINTER, ZUNION, …)',
    [
      ['SINTER', 'a', 'b'],
      ['SUNIONSTORE', 'a', 'b', 'c'],
      ['SMOVE', 'a', 'b', 'm'],
      ['ZUNIONSTORE', 'a', '1', 'b'],
      ['ZRANGESTORE', 'a', 'b', '0', '1'],
    ],
  ],
  [
    claims('redis', 'sorted sets'),
    'develop/data-types/geospatial/',
    'places (GEO…) and random members',
    [
      ['GEOADD', 'g', '1', '1', 'm'],
      ['ZRANDMEMBER', 'z'],
      ['HRANDMEMBER', 'h'],
    ],
  ],
  [
    claims('redis', 'keys'),
    'commands/move/',
    'MOVE, SORT, DUMP, RESTORE, RANDOMKEY and OBJECT',
    [['MOVE', 'a', '1'], ['SORT', 'l'], ['DUMP', 'a'], ['RANDOMKEY'], ['OBJECT', 'ENCODING', 'a']],
  ],
  [
    scripts,
    'develop/programmability/functions-intro/',
    'functions (FUNCTION, FCALL)',
    [
      ['FUNCTION', 'LIST'],
      ['FCALL', 'f', '0'],
    ],
  ],
  [
    server,
    'operate/oss_and_stack/management/security/acl/',
    'passwords and ACLs',
    [
      ['ACL', 'LIST'],
      ['ACL', 'SETUSER', 'u'],
    ],
  ],
  [
    server,
    'operate/oss_and_stack/management/persistence/',
    'persistence, replication and MONITOR',
    [['SAVE'], ['BGSAVE'], ['REPLICAOF', 'NO', 'ONE'], ['MONITOR'], ['SHUTDOWN']],
  ],
  [
    server,
    'develop/reference/client-side-caching/',
    'CLIENT TRACKING, KILL, PAUSE and CONFIG SET',
    [
      ['CLIENT', 'TRACKING', 'ON'],
      ['CLIENT', 'KILL', 'x'],
      ['CONFIG', 'SET', 'a', 'b'],
    ],
  ],
] as const;

for (const [{ refuses }, page, title, commands] of unknown)
  refuses(page, title, async () => {
    const redis = await client();
    for (const [name, ...args] of commands)
      await expect(redis.call(name, ...args)).rejects.toThrow(/^ERR unknown (sub)?command '/);
  });

scripts.refuses(
  'develop/programmability/lua-api/#runtime-libraries',
  'cjson, cmsgpack, struct, bit, coroutine, string.dump and RESP3 in scripts',
  async () => {
    const redis = await client();
    for (const name of ['cjson', 'cmsgpack', 'struct', 'bit', 'coroutine'])
      await expect(redis.eval(`return ${name}.x`, 0)).rejects.toThrow(`the embedded engine does not know ${name}.x`);
    await expect(redis.eval('return next(cjson)', 0)).rejects.toThrow('the embedded engine does not know cjson');
    await expect(redis.eval('return redis.setresp(3)', 0)).rejects.toThrow(
      'ERR the embedded engine does not know RESP3 in scripts',
    );
    await expect(redis.eval('string.dump(function() end)', 0)).rejects.toThrow(
      'the embedded engine does not know string.dump',
    );
  },
);

transactions.refuses('commands/multi/', 'SUBSCRIBE inside MULTI', async () => {
  const redis = await client();
  await redis.call('MULTI');
  await expect(redis.call('SUBSCRIBE', 'c')).rejects.toThrow('ERR Command not allowed inside a transaction');
  await expect(redis.call('EXEC')).rejects.toThrow('EXECABORT');
});

cluster.refuses('operate/oss_and_stack/management/scaling/', 'cluster mode', async () => {
  const redis = await client();
  await expect(redis.call('CLUSTER', 'INFO')).rejects.toThrow('ERR This instance has cluster support disabled');
});

scripts.differs(
  'commands/script-kill/',
  'a script of over 5 s is ended; the server answers BUSY to others until it is killed',
  async () => {
    const redis = await client();
    const endless = [
      'while true do end',
      'while true do pcall(function() while true do end end) end',
      'redis.call("SET", KEYS[1], "kept") while true do end',
    ];
    for (const lua of endless)
      await expect(redis.eval(lua, 1, 'endless')).rejects.toThrow('ERR Script killed by user with SCRIPT KILL.');
    expect(await redis.get('endless')).toBe('kept');
    await expect(redis.call('SCRIPT', 'KILL')).rejects.toThrow('NOTBUSY No scripts in execution right now.');
  },
);

hyperloglog.differs(
  'commands/pfadd/',
  'the bytes of a HyperLogLog are always the dense form; both forms are read, and count the same',
  async () => {
    const redis = await client();
    await redis.pfadd('dense', 'a', 'b');
    expect(await redis.strlen('dense')).toBe(12_304);
    // What redis-server 7.0.15 keeps after PFADD of a, b and c.
    const sparse = Buffer.from('48594c4c01000000000000000000008060f38050b1844bfb80425a', 'hex');
    await redis.set('sparse', sparse);
    expect(await redis.pfcount('sparse')).toBe(3);
    await redis.set('cut', sparse.subarray(0, -1));
    await expect(redis.pfcount('cut')).rejects.toThrow('INVALIDOBJ Corrupted HLL object detected');
  },
);

server.differs(
  'develop/reference/eviction/',
  'without maxmemory: at 85 % of the memory of the process, commands that need some get OOM',
  async () => {
    const { commands } = await import('../../../../local/engines/redis/commands/table.ts');
    const { execute } = await import('../../../../local/engines/redis/execute.ts');
    const { LuaMachine } = await import('../../../../local/engines/redis/lua/machine.ts');
    const { MemoryGuard } = await import('../../../../local/engines/redis/memory.ts');
    const { State } = await import('../../../../local/engines/redis/state.ts');
    const memory = new MemoryGuard(() => ({ used: 86, limit: 100 }));
    const state = new State(await LuaMachine.start(), { record: false, clusterRules: false }, memory);
    const context = { commands, state, session: state.open('', () => undefined) };
    memory.look();
    expect(execute(context, ['SET', 'k', 'v'])).toMatchObject({ message: expect.stringMatching(/^OOM /) });
    expect(execute(context, ['DEL', 'k'])).toBe(0);
  },
);

server.does(
  'operate/oss_and_stack/reference/cluster-spec/#implemented-subset',
  'where asked to, keys of two slots are refused as in a cluster: in commands, transactions and scripts',
  async () => {
    const redis = await client({ clusterRules: true });
    const CROSSSLOT = "CROSSSLOT Keys in request don't hash to the same slot";
    expect(await redis.mset('{t}a', '1', '{t}b', '2')).toBe('OK');
    expect(await redis.eval('return redis.call("GET", "{t}b")', 1, '{t}a')).toBe('2');
    await expect(redis.mset('a', '1', 'b', '2')).rejects.toThrow(CROSSSLOT);
    await expect(redis.eval('return 1', 2, 'a', 'b')).rejects.toThrow(CROSSSLOT);
    await expect(redis.multi().set('a', '1').set('b', '1').exec()).rejects.toThrow(CROSSSLOT);
    await expect(redis.eval('redis.call("GET", KEYS[1]) return redis.call("GET", "b")', 1, 'a')).rejects.toThrow(
      'Script attempted to access a non local key in a cluster node',
    );
    await expect(redis.eval('return redis.call("MGET", "a", "b")', 0)).rejects.toThrow(
      'Script attempted to access a non local key in a cluster node',
    );
    await expect(redis.select(1)).rejects.toThrow('ERR SELECT is not allowed in cluster mode');
  },
);

server.does(
  'develop/reference/clients/#output-buffer-limits',
  'a subscriber that does not read is closed at 32 MB; others go on',
  async () => {
    const redis = await client();
    const deaf = connect(shared.port, shared.host);
    deaf.on('error', () => undefined);
    deaf.pause().write('SUBSCRIBE deaf\r\n');
    while ((await redis.publish('deaf', 'x')) === 0);
    const message = 'x'.repeat(4_000_000);
    let sent = 0;
    while ((await redis.publish('deaf', message)) > 0) expect(sent++).toBeLessThan(30);
    expect(sent).toBeGreaterThan(5);
    deaf.destroy();
  },
);

server.does(
  'commands/expire/#how-redis-expires-keys',
  'keys that expire leave memory though nobody asks for them',
  async () => {
    const redis = await client();
    await redis.set('lasting', 'v', 'EX', 1000);
    for (let round = 0; round < 20; round++) {
      const pipeline = redis.pipeline();
      for (let key = 0; key < 1000; key++) pipeline.set(`short:${key}`, 'x'.repeat(100), 'PX', 20);
      await pipeline.exec();
    }
    await expect.poll(async () => /expires=(\d+)/.exec(await redis.info('keyspace'))?.[1]).toBe('1');
  },
);

server.does('develop/reference/clients/', 'a thousand connections, random bytes among them', async () => {
  const redis = await client();
  const sockets = Array.from({ length: 1000 }, () => connect(shared.port, shared.host));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  let state = 42;
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
  for (const socket of sockets) {
    socket.on('error', () => undefined);
    socket.write(Buffer.from(Array.from({ length: 64 }, () => (random() >>> 16) & 0xff)));
    socket.write('*2\r\n$3\r\nGET\r\n$5\r\n');
  }
  expect(await redis.ping()).toBe('PONG');
  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => /connected_clients:(\d+)/.exec(await redis.info('clients'))?.[1]).toBe('1');
});

test('says clearly that a port is taken', async () => {
  await expect(startRedis({ port: shared.port })).rejects.toThrow(
    `the embedded Redis cannot listen on 127.0.0.1:${shared.port}`,
  );
});

test('closes every connection when it is stopped, and is gone', async () => {
  const short = await startRedis();
  const socket = connect(short.port, short.host);
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  await short.stop();
  await closed;
  const again = connect(short.port, short.host);
  const [fault] = await once(again, 'error');
  expect(fault.code).toBe('ECONNREFUSED');
});

test('notes what it was asked, in scripts and transactions too', async () => {
  const redis = new Redis(shared.url);
  await redis.multi().set('k', 'v', 'PX', 10, 'NX').exec();
  await redis.eval('return redis.call("zrange", KEYS[1], 0, -1, "REV")', 1, 'z');
  redis.disconnect();
  expect(shared.asked()).toEqual(expect.arrayContaining(['SET NX PX', 'ZRANGE REV', 'EVAL', 'MULTI', 'EXEC']));
});
