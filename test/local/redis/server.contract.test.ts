import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningRedis, startRedis } from '../../../local/redis/server.ts';

let server: RunningRedis;
beforeAll(async () => {
  server = await startRedis({ record: true });
});
afterAll(() => server.stop());

/** Sends bytes and waits for as many as the answer should have. */
async function ask(bytes: string, answer: string): Promise<string> {
  const socket: Socket = connect(server.port, server.host);
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk.toString('latin1');
  });
  socket.write(bytes, 'latin1');
  const end = performance.now() + 2000;
  while (heard.length < answer.length && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 5));
  socket.destroy();
  return heard;
}

// https://redis.io/docs/latest/develop/reference/protocol-spec/
describe('on the wire', () => {
  it.each([
    ['an inline command', 'PING\r\n', '+PONG\r\n'],
    ['commands one after another', '*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$2\r\na\n\r\n', '+PONG\r\n$2\r\na\n\r\n'],
    ['an empty array', '*0\r\nPING\r\n', '+PONG\r\n'],
    ['RESP2 nulls', 'GET none\r\nLPOP none 1\r\nHGETALL none\r\n', '$-1\r\n*-1\r\n*0\r\n'],
    [
      'RESP3 types',
      'HELLO 3 AUTH default x\r\nGET none\r\nHSET h3 f v\r\nHGETALL h3\r\nSADD s3 a\r\nSMEMBERS s3\r\nZADD z3 1.5 a\r\nZSCORE z3 a\r\nZRANGE z3 0 -1 WITHSCORES\r\n',
      '_\r\n:1\r\n%1\r\n$1\r\nf\r\n$1\r\nv\r\n:1\r\n~1\r\n$1\r\na\r\n:1\r\n,1.5\r\n*1\r\n*2\r\n$1\r\na\r\n,1.5\r\n',
    ],
    [
      'a push in RESP3',
      'HELLO 3\r\nSUBSCRIBE c3\r\nPUBLISH c3 x\r\n',
      '>3\r\n$9\r\nsubscribe\r\n$2\r\nc3\r\n:1\r\n>3\r\n$7\r\nmessage\r\n$2\r\nc3\r\n$1\r\nx\r\n:1\r\n',
    ],
    [
      'a subscriber in RESP2, which may do little else',
      'SUBSCRIBE c2\r\nGET x\r\nPING\r\nRESET\r\nGET none\r\n',
      "*3\r\n$9\r\nsubscribe\r\n$2\r\nc2\r\n:1\r\n-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context\r\n*2\r\n$4\r\npong\r\n$0\r\n\r\n+RESET\r\n$-1\r\n",
    ],
    ['what is no RESP', '*1\r\nPING\r\n', "-ERR Protocol error: expected '$', got 'P'\r\n"],
    ['a length that is none', '*x\r\n', '-ERR Protocol error: invalid multibulk length\r\n'],
    ['QUIT', 'QUIT\r\nPING\r\n', '+OK\r\n'],
  ])('it answers %s', async (_, bytes, answer) => {
    const heard = await ask(bytes, answer);
    expect(heard.slice(heard.length - answer.length)).toBe(answer);
  });

  it('commands may arrive in any pieces', async () => {
    const socket = connect(server.port, server.host);
    const heard: string[] = [];
    socket.on('data', (chunk) => heard.push(String(chunk)));
    for (const byte of '*3\r\n$3\r\nSET\r\n$6\r\npieces\r\n$5\r\na\r\nbc\r\n') {
      socket.write(byte);
      await new Promise(setImmediate);
    }
    if (heard.length === 0) await once(socket, 'data');
    expect(heard.join('')).toBe('+OK\r\n');
    socket.destroy();
  });
});

describe('the server', () => {
  it('says clearly that a port is taken', async () => {
    await expect(startRedis({ port: server.port })).rejects.toThrow(
      `the embedded Redis cannot listen on 127.0.0.1:${server.port}`,
    );
  });

  it('closes every connection when it is stopped, and is gone', async () => {
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

  it('notes what it was asked, in scripts and transactions too', async () => {
    const redis = new Redis(server.url);
    await redis.multi().set('k', 'v', 'PX', 10, 'NX').exec();
    await redis.eval('return redis.call("zrange", KEYS[1], 0, -1, "REV")', 1, 'z');
    redis.disconnect();
    expect(server.asked()).toEqual(expect.arrayContaining(['SET NX PX', 'ZRANGE REV', 'EVAL', 'MULTI', 'EXEC']));
  });

  it('refuses what it does not know instead of guessing', async () => {
    const redis = new Redis(server.url);
    for (const [name, ...args] of [
      ['XADD', 's', '*', 'f', 'v'],
      ['BLPOP', 'l', '0'],
      ['OBJECT', 'ENCODING', 'k'],
    ])
      await expect(redis.call(name ?? '', ...args)).rejects.toThrow(`ERR unknown command '${name}'`);
    await expect(redis.eval('return cjson.encode({})', 0)).rejects.toThrow("nonexistent global variable 'cjson'");
    redis.disconnect();
  });

  it('ends a script that does not end', async () => {
    const redis = new Redis(server.url);
    await expect(redis.eval('while true do end', 0)).rejects.toThrow('ERR Script killed by user with SCRIPT KILL.');
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
  });
});
