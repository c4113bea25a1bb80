import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A reply as it came: errors, statuses and the types of RESP3 stay apart from strings. Strings are latin1. */
export type RawReply = string | number | null | RawReply[] | { mark: string; of: RawReply };

/** A client that sends what it is given in one write, and shows replies byte for byte. */
export class RawClient {
  readonly #socket: Socket;
  #heard = '';
  #wake: (() => void) | undefined;

  static async open(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (bytes: string) => {
      this.#heard += bytes;
      this.#wake?.();
    });
    socket.on('error', () => undefined).on('close', () => this.#wake?.());
  }

  /** One after another. @throws Error when the connection ends before all replies came */
  async send(commands: readonly (readonly string[])[]): Promise<RawReply[]> {
    this.#socket.write(commands.map(requestOf).join(''), 'latin1');
    const replies: RawReply[] = [];
    while (replies.length < commands.length) {
      const read = readReply(this.#heard, 0);
      if (read) {
        replies.push(read.reply);
        this.#heard = this.#heard.slice(read.end);
      } else {
        if (this.#socket.closed) throw new Error(`the connection ended after ${JSON.stringify(commands)}`);
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
    return replies;
  }

  close(): void {
    this.#socket.destroy();
  }
}

const requestOf = (words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;

function readReply(text: string, start: number): { reply: RawReply; end: number } | undefined {
  const lineEnd = text.indexOf('\r\n', start);
  if (lineEnd === -1) return undefined;
  const mark = text.charAt(start);
  const line = text.slice(start + 1, lineEnd);
  const after = lineEnd + 2;
  if (mark === ':') return { reply: Number(line), end: after };
  if ('+-,_#('.includes(mark)) return { reply: { mark, of: line }, end: after };
  if (line === '-1') return { reply: { mark, of: null }, end: after };
  if (mark === '$' || mark === '=') {
    const end = after + Number(line);
    return text.length < end + 2 ? undefined : { reply: text.slice(after, end), end: end + 2 };
  }
  return readList(text, after, mark, Number(line) * (mark === '%' ? 2 : 1));
}

function readList(text: string, start: number, mark: string, count: number) {
  const list: RawReply[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    const read = readReply(text, at);
    if (!read) return undefined;
    list.push(read.reply);
    at = read.end;
  }
  return { reply: mark === '*' ? list : { mark, of: list }, end: at };
}
