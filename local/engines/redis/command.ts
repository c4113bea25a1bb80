import type { Arguments } from './arguments.ts';
import type { Database } from './database.ts';
import type { answered, Reply } from './reply.ts';
import type { Session } from './session.ts';
import type { State } from './state.ts';

/** Where commands run: one for each connection. */
export interface Context {
  /** All there are, for scripts, which run others, and for COMMAND, which lists them. */
  readonly commands: Commands;
  readonly state: State;
  readonly session: Session;
}

/** What a command gets. */
export interface Call extends Context {
  readonly db: Database;
  /** The command's name in lower case. */
  readonly name: string;
  readonly args: Arguments;
}

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
