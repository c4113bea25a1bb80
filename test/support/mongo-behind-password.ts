import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Binary, deserialize, serialize } from 'bson';

export interface MongoBehindPassword {
  /** With this password in it, right or wrong. */
  urlWith(password: string): string;
  /** What new connections must know; those that stand stay. */
  password: string;
  /** How many connections were refused so far. */
  refused: number;
  stop(): Promise<void>;
}

const USER = 'app';
const OP_MSG = 2013;
/** Of a header, flags and the kind of the first section. https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
const BEFORE_BODY = 21;
const ITERATIONS = 4096;
/** What anybody may ask. */
const OPEN = new Set(['hello', 'ismaster', 'isMaster', 'endSessions']);

/** Stands before an embedded MongoDB, which knows no users, and asks for a password as a real one does (SCRAM-SHA-256, RFC 7677). */
export async function startMongoBehindPassword(target: string, password: string): Promise<MongoBehindPassword> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const gate: MongoBehindPassword = {
    urlWith: (word) =>
      `mongodb://${USER}:${word}@127.0.0.1:${listening()}/?directConnection=true&authMechanism=SCRAM-SHA-256&authSource=admin`,
    password,
    refused: 0,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((downstream) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [downstream, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        downstream.destroy();
        upstream.destroy();
      });
    }
    upstream.on('data', (bytes) => void downstream.write(bytes));
    const asks = conversation(gate);
    let waiting = Buffer.alloc(0);
    downstream.on('data', (bytes) => {
      waiting = Buffer.concat([waiting, bytes]);
      while (waiting.length >= 4 && waiting.length >= waiting.readInt32LE(0)) {
        const message = waiting.subarray(0, waiting.readInt32LE(0));
        waiting = waiting.subarray(message.length);
        const reply = message.readInt32LE(12) === OP_MSG ? asks(deserialize(bodyOf(message))) : undefined;
        if (reply === undefined) upstream.write(message);
        else downstream.write(answerTo(message.readInt32LE(4), reply));
      }
    });
  });
  const listening = () => (server.address() as AddressInfo).port;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return gate;
}

/** What one connection is answered by the gate. @returns undefined where it is let through */
function conversation(gate: MongoBehindPassword): (command: Record<string, unknown>) => object | undefined {
  let isIn = false;
  let begun: { first: string; server: string; salt: Buffer; password: string } | undefined;
  return (command) => {
    const [name = ''] = Object.keys(command);
    if (name === 'saslStart') {
      const first = textIn(command.payload).slice('n,,'.length);
      const salt = randomBytes(16);
      const nonce = `${/r=([^,]+)/.exec(first)?.[1]}${randomBytes(12).toString('base64')}`;
      const server = `r=${nonce},s=${salt.toString('base64')},i=${ITERATIONS}`;
      begun = { first, server, salt, password: gate.password };
      return { conversationId: 1, done: false, payload: payloadOf(server), ok: 1 };
    }
    if (name === 'saslContinue' && begun) {
      const proven = proofOf(begun, textIn(command.payload));
      isIn = proven !== undefined;
      if (proven !== undefined) return { conversationId: 1, done: true, payload: payloadOf(proven), ok: 1 };
      gate.refused++;
      return { ok: 0, errmsg: 'Authentication failed.', code: 18, codeName: 'AuthenticationFailed' };
    }
    if (isIn || OPEN.has(name)) return undefined;
    return { ok: 0, errmsg: `Command ${name} requires authentication`, code: 13, codeName: 'Unauthorized' };
  };
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The server's own proof, where the client's is right. https://www.rfc-editor.org/rfc/rfc5802#section-3 */
function proofOf(
  { first, server, salt, password }: { first: string; server: string; salt: Buffer; password: string },
  final: string,
): string | undefined {
  const [withoutProof = '', proof = ''] = final.split(',p=');
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const key = hmac(salted, 'Client Key');
  const told = `${first},${server},${withoutProof}`;
  const signature = hmac(createHash('sha256').update(key).digest(), told);
  const right = Buffer.from(key.map((byte, index) => byte ^ (signature[index] ?? 0)));
  return right.toString('base64') === proof
    ? `v=${hmac(hmac(salted, 'Server Key'), told).toString('base64')}`
    : undefined;
}

/** Others may come after it: documents to insert, for one. */
const bodyOf = (message: Buffer): Buffer =>
  message.subarray(BEFORE_BODY, BEFORE_BODY + message.readInt32LE(BEFORE_BODY));

const textIn = (payload: unknown): string =>
  payload instanceof Binary ? Buffer.from(payload.buffer).toString('utf8') : '';
const payloadOf = (text: string): Binary => new Binary(Buffer.from(text));

function answerTo(requestId: number, body: object): Buffer {
  const document = serialize(body);
  const head = Buffer.alloc(BEFORE_BODY);
  head.writeInt32LE(BEFORE_BODY + document.length, 0);
  head.writeInt32LE(requestId, 8);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, document]);
}
