import type { Socket } from 'node:net';
import type { Services } from './commands/context.ts';
import { dispatch } from './dispatch.ts';
import { faultReply, MongoFault } from './errors.ts';
import { pause } from './pause.ts';
import { equal } from './value/key.ts';
import { type Doc, isDocument, toNumber } from './value/types.ts';
import { encodeReply, MAX_MESSAGE_BYTES, parseRequest, type Request, WireError } from './wire.ts';

export interface ConnectionOptions {
  id: number;
  services: Services;
  /** Told of what went wrong with a connection that must be closed. */
  onFault(message: string): void;
}

/** Requests of one connection that wait for their turn before it is no longer read. */
const MOST_QUEUED = 100;

/** Speaks the wire protocol on one socket, one message after another, until it closes. */
export function serve(socket: Socket, { id, services, onFault }: ConnectionOptions): void {
  const closing = new AbortController();
  let waiting: Buffer[] = [];
  let length = 0;
  let tail = Promise.resolve();
  let appName: string | undefined;
  let failed = false;
  let queued = 0;
  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    waiting.push(chunk);
    length += chunk.length;
    try {
      for (let message = next(); message; message = next()) enqueue(parseRequest(message));
    } catch (cause) {
      fail(cause);
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    closing.abort();
    if (!failed) services.sessions.dropConnection(id);
  });

  /** One after another, and no more of them than are waited for: who sends without reading is not read either. */
  function enqueue(request: Request): void {
    queued += 1;
    if (queued >= MOST_QUEUED) socket.pause();
    tail = tail
      .then(() => answer(request))
      .catch(fail)
      .finally(() => {
        queued -= 1;
        if (queued < MOST_QUEUED) socket.resume();
      });
  }

  function fail(cause: unknown): void {
    onFault(cause instanceof Error ? cause.message : String(cause));
    socket.destroy();
  }

  function next(): Buffer | undefined {
    if (length < 16) return undefined;
    if (waiting.length > 1 && (waiting[0]?.length ?? 0) < 4) waiting = [Buffer.concat(waiting)];
    const size = waiting[0]?.readInt32LE(0) ?? 0;
    if (size < 16 || size > MAX_MESSAGE_BYTES) throw new WireError(`a message of ${size} bytes`);
    if (length < size) return undefined;
    const all = waiting.length === 1 ? (waiting[0] ?? Buffer.alloc(0)) : Buffer.concat(waiting);
    waiting = all.length > size ? [all.subarray(size)] : [];
    length -= size;
    return all.subarray(0, size);
  }

  async function answer(request: Request): Promise<void> {
    const { command } = request;
    const isHello = 'hello' in command || 'isMaster' in command || 'ismaster' in command;
    const fault = faultOf(request, isHello);
    if (fault) {
      if (!request.moreToCome) await send(request, request.id, faultReply(fault), false);
      return;
    }
    if (isHello) appName ??= appNameIn(command);
    const awaits = isHello && command.maxAwaitTimeMS !== undefined && isSameTopology(command, services.identity());
    let responseTo = request.id;
    do {
      if (awaits) await pause(toNumber(command.maxAwaitTimeMS) ?? 0, closing.signal);
      if (closing.signal.aborted) return;
      const { signal } = closing;
      const reply = await dispatch(services, { command, appName, size: request.size, connection: id, signal });
      if (!reply) {
        failed = true;
        socket.destroy();
        return;
      }
      if (request.moreToCome) return;
      // The topology never changes, so every answer of a stream comes when its time is over.
      const streams = awaits && request.exhaustAllowed;
      responseTo = await send(request, responseTo, reply, streams);
      if (!streams) return;
    } while (!closing.signal.aborted);
  }

  /** Resolves when the other side has taken most of what it was sent before. */
  async function send(request: Request, responseTo: number, reply: Doc, moreToCome: boolean): Promise<number> {
    const { id: sent, bytes } = encoded(request, responseTo, reply, moreToCome);
    if (!socket.destroyed && !socket.write(bytes)) await drained();
    return sent;
  }

  function drained(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const done = (): void => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
    return promise;
  }
}

/** What is wrong with a message as such. https://www.mongodb.com/docs/manual/legacy-opcodes/ */
function faultOf({ malformed, kind, command }: Request, isHello: boolean): MongoFault | undefined {
  if (malformed !== undefined) return new MongoFault('InvalidBSON', malformed);
  if (kind === 'msg' || isHello) return undefined;
  const [name = ''] = Object.keys(command);
  return new MongoFault(
    'UnsupportedOpQueryCommand',
    `Unsupported OP_QUERY command: ${name}. The client driver may require an upgrade.`,
  );
}

/** https://github.com/mongodb/specifications/blob/master/source/mongodb-handshake/handshake.md */
function appNameIn({ client }: Doc): string | undefined {
  const application = isDocument(client) ? client.application : undefined;
  const name = isDocument(application) ? application.name : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** A caller that knows another server of this address, or none, is answered at once. */
function isSameTopology({ topologyVersion: known }: Doc, { topologyVersion: own }: Doc): boolean {
  return isDocument(known) && isDocument(own) && equal(known.processId, own.processId);
}

/** An answer that BSON cannot carry (distinct over 16 MB) is a fault of its command and not of the connection. */
function encoded(request: Request, responseTo: number, reply: Doc, moreToCome: boolean) {
  try {
    return encodeReply(request.kind, responseTo, reply, moreToCome);
  } catch (cause) {
    const fault = new MongoFault('BSONObjectTooLarge', `the answer cannot be encoded: ${String(cause)}`);
    return encodeReply(request.kind, responseTo, faultReply(fault));
  }
}
