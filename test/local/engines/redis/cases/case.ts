/** What a command must answer: a value as RESP2 carries it, an error, or a list in any order. */
export type Expected = null | number | string | Expected[] | ErrorReply | AnyOrder | Between;

export class ErrorReply {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}
export class AnyOrder {
  readonly members: string[];
  constructor(members: string[]) {
    this.members = members;
  }
}
export class Between {
  readonly least: number;
  readonly most: number;
  constructor(least: number, most: number) {
    this.least = least;
    this.most = most;
  }
}

/** The whole text of an error reply. */
export const error = (message: string): ErrorReply => new ErrorReply(message);
export const anyOrder = (...members: string[]): AnyOrder => new AnyOrder(members);
export const between = (least: number, most: number): Between => new Between(least, most);

/** A command, its words parted by spaces (or given one by one), and its answer. Words that begin with `@` are keys. */
export type Step = readonly [command: string | readonly string[], answer: Expected];

export interface Case {
  /** Below https://redis.io/docs/latest/ */
  page: string;
  title: string;
  steps: readonly Step[];
}

export const wordsOf = (command: string | readonly string[]): readonly string[] =>
  typeof command === 'string' ? command.split(' ') : command;

export const WRONGTYPE = error('WRONGTYPE Operation against a key holding the wrong kind of value');
export const SYNTAX = error('ERR syntax error');
export const NOT_INTEGER = error('ERR value is not an integer or out of range');
