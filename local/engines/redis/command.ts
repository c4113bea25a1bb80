import type { Arguments } from './arguments.ts';
import type { Engine } from './engine.ts';
import type { Reply } from './reply.ts';
import type { Session } from './session.ts';
import type { Database } from './store.ts';

/** What a command gets. */
export interface Call {
  readonly engine: Engine;
  readonly session: Session;
  readonly db: Database;
  /** The command's name in lower case. */
  readonly name: string;
  readonly args: Arguments;
}

/** A command that writes its own answers to the session, such as SUBSCRIBE, returns this. */
export const answered = Symbol('answered');

export interface Command {
  /** Arguments with the name: exactly this many, or at least as many when negative. https://redis.io/docs/latest/commands/command/ */
  readonly arity: number;
  /** Refused in scripts that only read. */
  readonly writes?: true;
  /** As good as a write where only reading is allowed: others may hear of it. */
  readonly mayReplicate?: true;
  /** Refused in every script. */
  readonly noScript?: true;
  /** Refused inside MULTI. */
  readonly noMulti?: true;
  /** Allowed while subscribed in RESP2. */
  readonly whileSubscribed?: true;
  /** Positions of the first and last key, and the step between keys; none when absent. */
  readonly keys?: readonly [first: number, last: number, step: number];
  /** Position of the first key where the argument before it says how many there are. */
  readonly countedKeys?: number;
  /** Needs memory: refused when there is none left. */
  readonly grows?: true;
  /** Commands in one: what each needs, with the name and its own, as `arity`. */
  readonly subcommands?: Readonly<Record<string, number>>;
  run(call: Call): Reply | typeof answered;
}

export type Commands = Readonly<Record<string, Command>>;
