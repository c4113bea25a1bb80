import type { Socket } from 'node:net';
import type { Commands } from './command.ts';
import { encode } from './encode.ts';
import { execute } from './execute.ts';
import { OutputLimit } from './output-limit.ts';
import { answered, CommandError } from './reply.ts';
import { RequestParser } from './request-parser.ts';
import type { State } from './state.ts';

/** Written at once: one string cannot hold more than 512 MB, and answers to many commands may be that much. */
const MOST_PENDING = 1024 * 1024;
/** client-query-buffer-limit of a default redis.conf: who sends more without finishing a command is cut off. */
const LONGEST_REQUEST = 1024 * 1024 * 1024;

/** Answers one connection. What one chunk of bytes asked for is answered in one write. */
export function serve(commands: Commands, state: State, socket: Socket): void {
  let pending = '';
  let collecting = false;
  const limit = new OutputLimit();
  const flush = () => {
    if (pending && socket.writable) socket.write(pending, 'latin1');
    pending = '';
  };
  const write = (bytes: string) => {
    if (pending.length + bytes.length > MOST_PENDING) flush();
    pending += bytes;
    if (!collecting) flush();
    if (session.subscribed && limit.exceeded(socket.writableLength, Date.now())) socket.destroy();
  };
  // What is sent after the last answer is not read: it is lost when the connection is closed, which the rest of the answers is not.
  const close = () => socket.pause().end(() => socket.destroy());
  const session = state.open(`${socket.remoteAddress}:${socket.remotePort}`, write);
  const context = { commands, state, session };
  const parser = new RequestParser();
  socket.on('data', (chunk: Buffer) => {
    if (session.closing) return;
    state.memory.take(chunk.length);
    collecting = true;
    try {
      for (const words of parser.push(chunk)) {
        const reply = execute(context, words);
        if (session.hangsUp) pending = '';
        if (reply !== answered) write(encode(reply, session.protocol));
        if (session.closing) break;
      }
    } catch (fault) {
      session.closing = true;
      const known = fault instanceof CommandError;
      write(encode(known ? fault : new CommandError(`ERR the embedded engine failed: ${fault}`), session.protocol));
    } finally {
      collecting = false;
      flush();
    }
    if (session.closing) close();
    else if (parser.held > LONGEST_REQUEST) socket.destroy();
  });
  // A client that breaks off has nothing more to be told; 'close' follows.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => state.close(session));
}
