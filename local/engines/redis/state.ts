import { Channels } from './channels.ts';
import { Database } from './database.ts';
import type { LuaMachine } from './lua/machine.ts';
import { MemoryGuard } from './memory.ts';
import { Session } from './session.ts';

const DATABASES = 16;

/** What all connections share: databases, channels, scripts, and the connections themselves. */
export class State {
  readonly channels = new Channels();
  readonly databases: readonly Database[] = Array.from({ length: DATABASES }, () => new Database(() => this.#now));
  /** Scripts by SHA-1. */
  readonly scripts = new Map<string, string>();
  readonly lua: LuaMachine;
  /** Commands with the options they were given, when they are recorded. */
  readonly asked: Set<string> | undefined;
  /** Whether keys of one command, script or transaction must lie in one slot, as a cluster demands. */
  readonly clusterRules: boolean;
  readonly memory: MemoryGuard;
  port = 0;
  readonly #sessions = new Map<number, Session>();
  #now = Date.now();
  #nextId = 1;

  constructor(lua: LuaMachine, options: { record: boolean; clusterRules: boolean }, memory = new MemoryGuard()) {
    this.lua = lua;
    this.memory = memory;
    this.asked = options.record ? new Set() : undefined;
    this.clusterRules = options.clusterRules;
  }

  get sessions(): Session[] {
    return [...this.#sessions.values()];
  }

  open(address: string, write: (bytes: string) => void): Session {
    const session = new Session(this.#nextId++, address, this.channels, write);
    this.#sessions.set(session.id, session);
    return session;
  }

  close(session: Session): void {
    session.reset();
    this.#sessions.delete(session.id);
  }

  /** Lets the databases know what time it is; until the next call it stands still. */
  tick(): void {
    this.#now = Date.now();
  }

  /** Deletes keys whose time has come, though nobody asks for them. */
  sweep(): void {
    this.tick();
    for (const db of this.databases) db.sweep();
  }
}
