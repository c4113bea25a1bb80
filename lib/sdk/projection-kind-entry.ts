import type { Telling, Told, Unequal } from './told.ts';

/** What Sluice knows of a kind of projection. */
export interface ProjectionKindEntry<Value> extends KindCommands {
  /**
   * Makes the reader's method.
   * @param read reads these structures of a projection, of which `ask` makes a command
   */
  readonly read: (
    read: (projection: string, keys: readonly string[], limit?: number) => Promise<Value>,
  ) => Methods<Promise<Value>>;
  /** What the reader's method returns. */
  readonly value: (reply: ReadReply) => Value;
  /** What differs between what records tell of a structure and what was read of it. */
  readonly compare: (told: Told, value: Value) => Unequal[];
}

/** What of a kind can be said without what a structure of it reads as. */
export interface KindCommands {
  /** What is recorded, by no other kind. It commutes: projections come out the same in whatever order events are applied. */
  readonly command: string;
  /**
   * Makes the recorder's method.
   * @param command records the command
   * @param integer the text of an integer; throws for any other number
   */
  readonly record: (
    command: (key: string, ...args: string[]) => void,
    integer: (number: number) => string,
  ) => Methods<void>;
  /** All arguments after the key are members: none changes nothing, and many are added in several commands. */
  readonly members?: true;
  /** What TYPE says of a key of this kind, and a condition in Lua about `key` where other kinds have that type too. */
  readonly holds: { readonly type: string; readonly condition?: string };
  /** What stands where the command adds its last argument, in Lua, of `key` and the arguments from `ARGV[from]` on. */
  readonly sum?: string;
  /** The command that reads. @param keys as Redis knows them */
  readonly ask: (keys: readonly [string, ...string[]], limit?: number) => ReadCommand;
  /** What a recorded command tells of a structure, by name. @param args without the key */
  readonly tell: (args: readonly string[]) => Telling[];
  /** What two tellings of one name come to; commutes as the command does. */
  readonly join: (one: bigint, other: bigint) => bigint;
}

type Methods<Result> = Readonly<Record<string, (...given: never[]) => Result>>;

/** A command, and where its keys are. */
export interface ReadCommand {
  readonly command: string;
  readonly keys: readonly string[];
  readonly args?: readonly (string | number)[];
}

/** What Redis answered, as what it must be; `list` and `pairs` throw for anything else. */
export interface ReadReply {
  /** Nothing is 0. */
  readonly number: () => number;
  readonly list: () => string[];
  readonly pairs: () => [name: string, value: string][];
}

/** What types are made of in a table of kinds. */
type Kinds = Readonly<
  Record<
    string,
    { [Part in 'record' | 'read']: (...given: never[]) => object } & { value: (reply: ReadReply) => unknown }
  >
>;

/** The methods by which handlers record. Not mapped, so that editors show what the table says of each. */
export type RecorderOf<Table extends Kinds> = Together<ReturnType<Table[keyof Table]['record']>>;

/** The methods by which handlers read. */
export type ReaderOf<Table extends Kinds> = Together<ReturnType<Table[keyof Table]['read']>>;

/** What a structure reads as, by kind. */
export type ValuesOf<Table extends Kinds> = { [Kind in keyof Table]: ReturnType<Table[Kind]['value']> };

/**
 * What has all that each of a union has.
 * https://www.typescriptlang.org/docs/handbook/2/conditional-types.html#inferring-within-conditional-types
 */
type Together<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
