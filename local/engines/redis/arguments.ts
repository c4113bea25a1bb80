import { CommandError, notAnInteger, syntaxError } from './reply.ts';

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

/** @throws CommandError when the text is no signed 64-bit integer in Redis's strict form */
export function integer64(text: string, fault: () => CommandError = notAnInteger): bigint {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) throw fault();
  const value = BigInt(text);
  if (value < LOWEST || value > HIGHEST) throw fault();
  return value;
}

/** An integer that counts or points: 64-bit on the wire, and here never in need of more than 53 bits. */
export const integer = (text: string, fault?: () => CommandError): number => Number(integer64(text, fault));

/** @throws CommandError when the sum leaves 64 bits */
export function add64(left: bigint, right: bigint): bigint {
  const sum = left + right;
  if (sum < LOWEST || sum > HIGHEST) throw new CommandError('ERR increment or decrement would overflow');
  return sum;
}

/** Walks over a command's arguments. */
export class Arguments {
  readonly #list: readonly string[];
  #at = 0;

  constructor(list: readonly string[]) {
    this.#list = list;
  }

  get left(): number {
    return this.#list.length - this.#at;
  }

  /** @throws CommandError when there is none */
  next(): string {
    const value = this.#list[this.#at];
    if (value === undefined) throw syntaxError();
    this.#at++;
    return value;
  }

  /** The next argument in capitals: options are written in either case. */
  word(): string {
    return this.next().toUpperCase();
  }

  /** Takes the next argument if it is this word. */
  skip(word: string): boolean {
    if (this.#list[this.#at]?.toUpperCase() !== word) return false;
    this.#at++;
    return true;
  }

  integer(): number {
    return integer(this.next());
  }

  rest(): string[] {
    const rest = this.#list.slice(this.#at);
    this.#at = this.#list.length;
    return rest;
  }

  /** The rest two by two. @throws CommandError when one is left over */
  pairs(fault: () => CommandError = syntaxError): [string, string][] {
    if (this.left % 2 !== 0) throw fault();
    const pairs: [string, string][] = [];
    while (this.left > 0) pairs.push([this.next(), this.next()]);
    return pairs;
  }
}
