import { connect } from 'node:net';
import { afterAll, beforeAll, expect } from 'vitest';
import { type RunningRedis, startRedis } from '../../../../local/engines/redis/server.ts';
import { claims } from '../../../support/claims/claim.ts';

const { does } = claims('redis', 'protocol');
const SPEC = 'develop/reference/protocol-spec/';

let embedded: RunningRedis | undefined;
let url: URL;
beforeAll(async () => {
  embedded = process.env.REDIS_URL ? undefined : await startRedis();
  url = new URL(process.env.REDIS_URL ?? embedded?.url ?? '');
});
afterAll(() => embedded?.stop());

/** Sends bytes, each piece on its own, until the answer ends as it should or the connection does. */
async function ask(pieces: Iterable<string>, answer: string): Promise<string> {
  const socket = connect(Number(url.port || 6379), url.hostname);
  let heard = '';
  const over = new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
      if (answer && heard.endsWith(answer)) resolve();
    });
    socket.on('close', () => resolve());
    setTimeout(resolve, 5000).unref();
  });
  for (const piece of pieces) {
    socket.write(piece, 'latin1');
    await new Promise(setImmediate);
  }
  await over;
  socket.destroy();
  return heard.slice(-Math.max(answer.length, 1));
}

const CLEAR = 'DEL p:h p:s p:z\r\n';
const exchanges = [
  [`${SPEC}#inline-commands`, 'inline commands', 'PING\r\n', '+PONG\r\n'],
  [`${SPEC}#inline-commands`, 'quotes in inline commands', 'ECHO "a \\x41\\n" \r\n', '$4\r\na A\n\r\n'],
  [
    `${SPEC}#inline-commands`,
    'a non-breaking space is a letter, quotes may begin within a word, and a carriage return parts words',
    'ECHO a\xa0b\r\nE"CHO" x\r\nECHO\rc\r\nPI\x0bNG\r\n',
    "$3\r\na\xa0b\r\n$1\r\nx\r\n$1\r\nc\r\n-ERR unknown command 'PI\x0bNG', with args beginning with: \r\n",
  ],
  [
    `${SPEC}#inline-commands`,
    'a zero byte ends nothing: what follows is waited for',
    '*-9223372036854775808\r\nPING\r\nECHO a\0b\n',
    '+PONG\r\n',
  ],
  [
    'commands/subscribe/',
    'errors while subscribed name the whole command, and end a transaction',
    'MULTI\r\nEXEC x\r\nSUBSCRIBE p:c4\r\nCLIENT GETNAME\r\nEXEC\r\n',
    "+OK\r\n-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command\r\n*3\r\n$9\r\nsubscribe\r\n$4\r\np:c4\r\n:1\r\n-ERR Can't execute 'client|getname': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context\r\n-EXECABORT Transaction discarded because of: Can't execute 'exec': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context\r\n",
  ],
  [
    'develop/programmability/lua-api/#lua-to-resp2-type-conversion',
    'a table that holds itself is answered as deep as the server looks',
    'EVAL "local t = {} t[1] = t return t" 0\r\n',
    `${'*1\r\n'.repeat(7994)}-ERR reached lua stack limit\r\n`,
  ],
  [
    `${SPEC}#inline-commands`,
    'quotes that do not close',
    'ECHO "a\r\n',
    '-ERR Protocol error: unbalanced quotes in request\r\n',
  ],
  [
    'develop/using-commands/pipelining/',
    'commands one after another',
    '*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$2\r\na\n\r\n',
    '+PONG\r\n$2\r\na\n\r\n',
  ],
  [`${SPEC}#arrays`, 'an empty array is nothing', '*0\r\nPING\r\n', '+PONG\r\n'],
  [
    `${SPEC}#null-bulk-strings`,
    'nulls in RESP2',
    'GET p:none\r\nLPOP p:none 1\r\nHGETALL p:none\r\n',
    '$-1\r\n*-1\r\n*0\r\n',
  ],
  [
    `${SPEC}#maps`,
    'maps, sets, doubles and nulls in RESP3',
    `${CLEAR}HELLO 3 AUTH default x\r\nGET p:none\r\nHSET p:h f v\r\nHGETALL p:h\r\nSADD p:s a\r\nSMEMBERS p:s\r\nZADD p:z 1.5 a\r\nZSCORE p:z a\r\nZRANGE p:z 0 -1 WITHSCORES\r\n${CLEAR}`,
    '_\r\n:1\r\n%1\r\n$1\r\nf\r\n$1\r\nv\r\n:1\r\n~1\r\n$1\r\na\r\n:1\r\n,1.5\r\n*1\r\n*2\r\n$1\r\na\r\n,1.5\r\n:3\r\n',
  ],
  [
    `${SPEC}#pushes`,
    'messages are pushes in RESP3',
    'HELLO 3\r\nSUBSCRIBE p:c3\r\nPUBLISH p:c3 x\r\n',
    '>3\r\n$9\r\nsubscribe\r\n$4\r\np:c3\r\n:1\r\n>3\r\n$7\r\nmessage\r\n$4\r\np:c3\r\n$1\r\nx\r\n:1\r\n',
  ],
  [
    'commands/subscribe/',
    'a subscriber in RESP2 may do little else, until RESET',
    'SUBSCRIBE p:c2\r\nGET x\r\nPING\r\nRESET\r\nGET p:none\r\n',
    "*3\r\n$9\r\nsubscribe\r\n$4\r\np:c2\r\n:1\r\n-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context\r\n*2\r\n$4\r\npong\r\n$0\r\n\r\n+RESET\r\n$-1\r\n",
  ],
  [SPEC, 'what is no RESP ends the connection', '*1\r\nPING\r\n', "-ERR Protocol error: expected '$', got 'P'\r\n"],
  [SPEC, 'a length that is none ends the connection', '*x\r\n', '-ERR Protocol error: invalid multibulk length\r\n'],
  [
    SPEC,
    'a value over 512 MB ends the connection',
    '*1\r\n$536870913\r\n',
    '-ERR Protocol error: invalid bulk length\r\n',
  ],
  [
    SPEC,
    'a line without end ends the connection',
    'x'.repeat(70_000),
    '-ERR Protocol error: too big inline request\r\n',
  ],
  ['commands/quit/', 'QUIT', 'QUIT\r\nPING\r\n', '+OK\r\n'],
  [
    'operate/oss_and_stack/management/security/',
    'a browser gets no answer',
    'PING\r\nPOST / HTTP/1.1\r\nHost: x\r\n\r\n',
    '',
  ],
] as const;

for (const [page, title, bytes, answer] of exchanges)
  does(page, title, async () => {
    expect(await ask([bytes], answer)).toBe(answer);
  });

does(SPEC, 'commands may arrive in any pieces', async () => {
  const bytes = '*3\r\n$3\r\nSET\r\n$8\r\np:pieces\r\n$5\r\na\r\nbc\r\n*2\r\n$3\r\nDEL\r\n$8\r\np:pieces\r\n';
  expect(await ask(bytes, '+OK\r\n:1\r\n')).toBe('+OK\r\n:1\r\n');
});
