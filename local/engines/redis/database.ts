import { Expiries } from './expiries.ts';
import { Named, Register } from './register.ts';
import { wrongType } from './reply.ts';
import type { Kind, Time, Value } from './value.ts';

/** Of each database, ten times a second: a burst that ends at once is no pause for those who ask meanwhile. */
const SWEPT_AT_ONCE = 20_000;

/** A key. */
class Entry extends Named {
  value: Value;
  expireAt: Time | undefined;

  constructor(key: string, value: Value, expireAt: Time | undefined) {
    super(key);
    this.value = value;
    this.expireAt = expireAt;
  }
}

/** Somebody who WATCHes keys. */
export interface Watcher {
  changed: boolean;
}

/** One of the sixteen databases: keys, their expiry, and who watches them. */
export class Database {
  readonly #entries = new Register<Entry>();
  readonly #expiring = new Expiries();
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #now: () => number;
  #changes = 0;

  /** @param now epoch ms, standing still while a command, script or transaction runs */
  constructor(now: () => number) {
    this.#now = now;
  }

  get now(): number {
    return this.#now();
  }

  /** Grows with every change, also by expiry. */
  get changes(): number {
    return this.#changes;
  }

  /** How many keys there are, with those that nobody has asked for since their time came. */
  get size(): number {
    return this.#entries.size;
  }

  /** How many keys have an expiry. */
  get expiring(): number {
    return this.#expiring.size;
  }

  get(key: string): Value | undefined {
    return this.#live(key)?.value;
  }

  /** @throws CommandError WRONGTYPE when another kind of value is there */
  find<K extends Kind>(key: string, kind: K): Extract<Value, { kind: K }> | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (!isKind(value, kind)) throw wrongType();
    return value;
  }

  /** Puts a value in the key's place; its expiry goes, unless it is to be kept. */
  put(key: string, value: Value, expireAt?: Time | 'keep'): void {
    const old = this.#live(key);
    const until = expireAt === 'keep' ? old?.expireAt : expireAt;
    if (old) {
      old.value = value;
      old.expireAt = until;
    } else this.#entries.add(new Entry(key, value, until));
    this.#expiring.set(key, until);
    this.touch(key);
  }

  delete(key: string): boolean {
    if (!this.#live(key)) return false;
    this.#remove(key);
    return true;
  }

  expireAt(key: string): Time | undefined {
    return this.#live(key)?.expireAt;
  }

  /** @param at epoch ms; absent: for ever. A time that has passed deletes the key. */
  setExpiry(key: string, at: Time | undefined): void {
    const entry = this.#live(key);
    if (!entry) return;
    if (at !== undefined && at <= this.now) {
      this.#remove(key);
      return;
    }
    entry.expireAt = at;
    this.#expiring.set(key, at);
    this.touch(key);
  }

  /** Tells transactions that watch this key. */
  touch(key: string): void {
    this.#changes++;
    const watchers = this.#watchers.get(key);
    if (watchers) for (const watcher of watchers) watcher.changed = true;
  }

  watch(key: string, watcher: Watcher): void {
    const watchers = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, watchers.add(watcher));
  }

  unwatch(key: string, watcher: Watcher): void {
    const watchers = this.#watchers.get(key);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#watchers.delete(key);
  }

  /** All keys, those too whose time has just come. */
  *entries(): Generator<{ key: string; value: Value; expireAt: Time | undefined }, void, undefined> {
    for (const { name, value, expireAt } of this.#entries.items) yield { key: name, value, expireAt };
  }

  keys(): string[] {
    const [keys, over]: [string[], string[]] = [[], []];
    for (const entry of this.#entries.items) (this.#isOver(entry) ? over : keys).push(entry.name);
    for (const key of over) this.#remove(key);
    return keys;
  }

  /** @param cursor what the last step gave, 0 at first @returns 0 when nothing follows */
  scan(cursor: number, count: number): { next: number; keys: string[] } {
    const keys: string[] = [];
    const next = this.#entries.scan(cursor, count, (entry) => {
      if (this.#isOver(entry)) this.#remove(entry.name);
      else keys.push(entry.name);
    });
    return { next, keys };
  }

  clear(): void {
    for (const { name } of this.#entries.items) this.touch(name);
    this.#entries.clear();
    this.#expiring.clear();
  }

  /** Active expiry: what nobody asks for leaves too, some thousand keys at a time. */
  sweep(): void {
    for (let swept = 0; swept < SWEPT_AT_ONCE; swept++) {
      const key = this.#expiring.takeDue(this.now);
      if (key === undefined) return;
      this.#remove(key);
    }
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry || !this.#isOver(entry)) return entry;
    this.#remove(key);
    return undefined;
  }

  #isOver({ expireAt }: Entry): boolean {
    return expireAt !== undefined && expireAt <= this.now;
  }

  #remove(key: string): void {
    this.#entries.delete(key);
    this.#expiring.set(key, undefined);
    this.touch(key);
  }
}

const isKind = <K extends Kind>(value: Value, kind: K): value is Extract<Value, { kind: K }> => value.kind === kind;
