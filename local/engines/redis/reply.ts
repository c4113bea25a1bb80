/** What a command answers, before it is written in RESP2 or RESP3. Strings are bulk strings, one character a byte (latin1). */
export type Reply =
  | null
  | number
  | bigint
  | string
  | Simple
  | CommandError
  | Double
  | Pairs
  | Members
  | NullArray
  | Reply[];

/** A status such as `OK`. */
export class Simple {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** An error reply; the first word is its code. */
export class CommandError extends Error {}

/** A bulk string in RESP2, a double in RESP3. */
export class Double {
  readonly value: number;
  /** What it is written as, where that is not as all such numbers are. */
  readonly text: string | undefined;
  constructor(value: number, text?: string) {
    this.value = value;
    this.text = text;
  }
}

/** Names and values in turn: a flat array in RESP2, a map in RESP3. */
export class Pairs {
  readonly flat: Reply[];
  constructor(flat: Reply[]) {
    this.flat = flat;
  }
}

/** An array in RESP2, a set in RESP3. */
export class Members {
  readonly list: Reply[];
  constructor(list: Reply[]) {
    this.list = list;
  }
}

/** `*-1` in RESP2, null in RESP3. */
export class NullArray {}

/** A command that writes its own answers to the session, such as SUBSCRIBE, returns this. */
export const answered = Symbol('answered');

export const OK = new Simple('OK');
export const QUEUED = new Simple('QUEUED');
export const nullArray = new NullArray();

export const syntaxError = () => new CommandError('ERR syntax error');
export const notAnInteger = () => new CommandError('ERR value is not an integer or out of range');
export const notAFloat = () => new CommandError('ERR value is not a valid float');
export const outOfMemory = () => new CommandError("OOM command not allowed when used memory > 'maxmemory'.");
export const wrongType = () => new CommandError('WRONGTYPE Operation against a key holding the wrong kind of value');
