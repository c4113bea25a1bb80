import { CommandError } from './reply.ts';

const MAX_ARGUMENTS = 1_048_576;
/** proto-max-bulk-len of a default redis.conf. */
const MAX_BULK = 512 * 1024 * 1024;
const MAX_INLINE = 65_536;

const protocolError = (what: string) => new CommandError(`ERR Protocol error: ${what}`);

/**
 * Cuts a byte stream into commands, each a list of latin1 strings.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/#sending-commands-to-a-redis-server
 */
export class RequestParser {
  #buffer: Buffer = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #pending = 0;
  /** Bytes that must be there before parsing can get further: large values arrive in many chunks. */
  #needed = 0;

  /** @throws CommandError when the bytes are not RESP; the connection must then be closed */
  *push(chunk: Buffer): Generator<string[]> {
    this.#chunks.push(chunk);
    this.#pending += chunk.length;
    if (this.#pending < this.#needed) return;
    this.#buffer = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#pending);
    let at = 0;
    this.#needed = 0;
    while (at < this.#buffer.length) {
      const parsed = this.#buffer[at] === 0x2a ? this.#array(at) : this.#inline(at);
      if (!parsed) break;
      at = parsed.end;
      if (parsed.args.length > 0) yield parsed.args;
    }
    const rest = this.#buffer.subarray(at);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#pending = rest.length;
    this.#needed = Math.max(0, this.#needed - at);
  }

  #array(start: number): { args: string[]; end: number } | undefined {
    const head = this.#line(start + 1);
    if (!head) return undefined;
    const count = integer(head.text, 'invalid multibulk length');
    if (count > MAX_ARGUMENTS) throw protocolError('invalid multibulk length');
    const args: string[] = [];
    let at = head.end;
    for (let index = 0; index < count; index++) {
      const mark = this.#buffer[at];
      if (mark === undefined) return undefined;
      if (mark !== 0x24) throw protocolError(`expected '$', got '${String.fromCharCode(mark)}'`);
      const size = this.#line(at + 1);
      if (!size) return undefined;
      const length = integer(size.text, 'invalid bulk length');
      if (length < 0 || length > MAX_BULK) throw protocolError('invalid bulk length');
      const end = size.end + length;
      if (end + 2 > this.#buffer.length) {
        this.#needed = end + 2;
        return undefined;
      }
      args.push(this.#buffer.toString('latin1', size.end, end));
      at = end + 2;
    }
    return { args, end: at };
  }

  #inline(start: number): { args: string[]; end: number } | undefined {
    const line = this.#buffer.indexOf(0x0a, start);
    if (line === -1) {
      if (this.#buffer.length - start > MAX_INLINE) throw protocolError('too big inline request');
      return undefined;
    }
    const text = this.#buffer.toString('latin1', start, line).trim();
    if (/["']/.test(text)) throw protocolError('unbalanced quotes in request');
    return { args: text.split(/\s+/).filter(Boolean), end: line + 1 };
  }

  #line(start: number): { text: string; end: number } | undefined {
    const end = this.#buffer.indexOf('\r\n', start, 'latin1');
    return end === -1 ? undefined : { text: this.#buffer.toString('latin1', start, end), end: end + 2 };
  }
}

function integer(text: string, fault: string): number {
  if (!/^-?\d{1,10}$/.test(text)) throw protocolError(fault);
  return Number(text);
}
