import { splitInline } from './inline-command.ts';
import { CommandError } from './reply.ts';

const MAX_ARGUMENTS = 2 ** 31 - 1;
const LEAST = -(2n ** 63n);
/** proto-max-bulk-len of a default redis.conf. */
const MAX_BULK = 512 * 1024 * 1024;
/** PROTO_INLINE_MAX_SIZE: the longest line. */
const MAX_LINE = 65_536;

const protocolError = (what: string) => new CommandError(`ERR Protocol error: ${what}`);

/**
 * Cuts a byte stream into commands, each a list of latin1 strings.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/#sending-commands-to-a-redis-server
 */
export class RequestParser {
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #chunks: Buffer[] = [];
  #pending = 0;
  /** Bytes that must be there before parsing can get further: large values arrive in many chunks. */
  #needed = 0;
  /** The command that is being read, as far as it has come. */
  #args: string[] = [];
  #missing = 0;
  #heldInArgs = 0;

  /** Bytes of a command that is not whole yet. */
  get held(): number {
    return this.#pending + this.#heldInArgs;
  }

  /** @throws CommandError when the bytes are not RESP; the connection must then be closed */
  *push(chunk: Buffer): Generator<string[]> {
    this.#chunks.push(chunk);
    this.#pending += chunk.length;
    if (this.#pending < this.#needed) return;
    this.#buffer = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#pending);
    this.#at = 0;
    this.#needed = 0;
    for (let args = this.#next(); args; args = this.#next()) if (args.length > 0) yield args;
    const rest = this.#buffer.subarray(this.#at);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#pending = rest.length;
  }

  /** The next whole command, or undefined when more bytes must come. */
  #next(): string[] | undefined {
    if (this.#missing === 0) {
      if (this.#at === this.#buffer.length) return undefined;
      if (this.#buffer[this.#at] !== 0x2a) return this.#inline();
      const count = this.#line('too big mbulk count string');
      if (count === undefined) return undefined;
      this.#missing = Math.max(0, length(count, LEAST, MAX_ARGUMENTS, 'invalid multibulk length'));
      this.#args = [];
      this.#heldInArgs = 0;
    }
    for (; this.#missing > 0; this.#missing--) {
      const argument = this.#bulk();
      if (argument === undefined) return undefined;
      this.#args.push(argument);
      this.#heldInArgs += argument.length;
    }
    this.#heldInArgs = 0;
    return this.#args;
  }

  #bulk(): string | undefined {
    const start = this.#at;
    const mark = this.#buffer[start];
    if (mark === undefined) return undefined;
    const size = this.#line('too big bulk count string');
    if (size === undefined) return undefined;
    if (mark !== 0x24)
      throw protocolError(mark === 0 ? "expected '$', got '" : `expected '$', got '${String.fromCharCode(mark)}'`);
    const end = this.#at + length(size, 0n, MAX_BULK, 'invalid bulk length');
    if (end + 2 > this.#buffer.length) {
      this.#needed = end + 2 - start;
      this.#at = start;
      return undefined;
    }
    const text = this.#buffer.toString('latin1', this.#at, end);
    this.#at = end + 2;
    return text;
  }

  #inline(): string[] | undefined {
    const end = this.#find(0x0a);
    if (end === undefined) {
      if (this.#buffer.length - this.#at > MAX_LINE) throw protocolError('too big inline request');
      return undefined;
    }
    const line = this.#buffer.toString('latin1', this.#at, end);
    this.#at = end + 1;
    const words = splitInline(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (!words) throw protocolError('unbalanced quotes in request');
    return words;
  }

  /** What follows the mark, up to the end of its line. Of that end the server looks at the first of two bytes. */
  #line(tooLong: string): string | undefined {
    const end = this.#find(0x0d);
    if (end !== undefined && end + 1 < this.#buffer.length) {
      const text = this.#buffer.toString('latin1', this.#at + 1, end);
      this.#at = end + 2;
      return text;
    }
    if (end === undefined && this.#buffer.length - this.#at > MAX_LINE) throw protocolError(tooLong);
    return undefined;
  }

  /** Where the byte is next; undefined when it is not there, or behind a zero byte, which the server does not see past. */
  #find(byte: number): number | undefined {
    const at = this.#buffer.indexOf(byte, this.#at);
    if (at === -1) return undefined;
    const zero = this.#buffer.subarray(this.#at, at).indexOf(0);
    return zero === -1 ? at : undefined;
  }
}

function length(text: string, least: bigint, most: number, fault: string): number {
  const value = /^(0|-?[1-9]\d{0,18})$/.test(text) ? BigInt(text) : undefined;
  if (value === undefined || value < least || value > most) throw protocolError(fault);
  return Number(value);
}
