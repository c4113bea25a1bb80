import { connect, type Socket } from 'node:net';
import { type Document, deserialize, serialize, UUID } from 'bson';

/** One connection that speaks OP_MSG without a driver in between, for what a driver never sends twice. */
export interface RawConnection {
  /** The answer to a command, whether it is ok or not. */
  run(
    database: string,
    command: Document,
    options?: { flags?: number; sequence?: [string, Document[]] },
  ): Promise<Document>;
  /** Sends and does not wait. */
  send(database: string, command: Document, flags?: number): void;
  /** The next answer, and whether more come without asking. */
  receive(): Promise<{ document: Document; moreToCome: boolean }>;
  drop(): void;
  /** Sends bytes as they are. */
  sendBytes(bytes: Buffer): void;
  /** Sends bytes as they are; resolves when the server has closed the connection. */
  breakWith(bytes: Buffer): Promise<void>;
}

export const newSession = (): { id: ReturnType<UUID['toBinary']> } => ({ id: new UUID().toBinary() });

const CHECKSUM = 1;

function encode(body: Document, flags: number, sequence?: [string, Document[]]): Buffer {
  const parts: Buffer[] = [Buffer.alloc(20), Buffer.from([0]), Buffer.from(serialize(body))];
  if (sequence) {
    const documents = Buffer.concat(sequence[1].map((one) => serialize(one)));
    const name = Buffer.from(`${sequence[0]}\0`);
    const size = Buffer.alloc(4);
    size.writeInt32LE(4 + name.length + documents.length);
    parts.push(Buffer.from([1]), size, name, documents);
  }
  if (flags & CHECKSUM) parts.push(Buffer.alloc(4));
  const message = Buffer.concat(parts);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(7, 4);
  message.writeInt32LE(2013, 12);
  message.writeInt32LE(flags, 16);
  return message;
}

/** @param uri of one server, as `mongodb://host:port/` */
export async function rawConnection(uri: string): Promise<RawConnection> {
  const [, host = '127.0.0.1', port = '27017'] = /\/\/(?:[^@/]*@)?([^:/]+):(\d+)/.exec(uri) ?? [];
  const socket: Socket = connect(Number(port), host);
  let buffer: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  const answers: Buffer[] = [];
  const waiting: ((message: Buffer) => void)[] = [];
  socket.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    while (buffer.length >= 4 && buffer.length >= buffer.readInt32LE(0)) {
      const size = buffer.readInt32LE(0);
      const message = buffer.subarray(0, size);
      buffer = buffer.subarray(size);
      const waiter = waiting.shift();
      if (waiter) waiter(message);
      else answers.push(message);
    }
  });
  const connected = Promise.withResolvers<void>();
  socket.once('connect', () => connected.resolve());
  socket.once('error', connected.reject);
  await connected.promise;
  const closed = Promise.withResolvers<void>();
  socket.on('error', () => undefined);
  socket.once('close', () => closed.resolve());
  const connection: RawConnection = {
    async run(database, command, { flags = 0, sequence } = {}) {
      socket.write(encode({ ...command, $db: database }, flags, sequence));
      return (await connection.receive()).document;
    },
    send(database, command, flags = 0) {
      socket.write(encode({ ...command, $db: database }, flags));
    },
    async receive() {
      const message =
        answers.shift() ??
        (await new Promise<Buffer>((resolve) => {
          waiting.push(resolve);
        }));
      return { document: deserialize(message.subarray(21)), moreToCome: (message.readInt32LE(16) & 2) !== 0 };
    },
    sendBytes: (bytes) => void socket.write(bytes),
    drop: () => socket.destroy(),
    async breakWith(bytes) {
      socket.write(bytes);
      await closed.promise;
    },
  };
  return connection;
}
