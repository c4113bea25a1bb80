import { wrongType } from './reply.ts';
import { ScanPositions } from './scan-positions.ts';
import type { SortedSet } from './sorted-set.ts';

/** Of each database, ten times a second: 200,000 a second, in some milliseconds. */
const SWEPT_AT_ONCE = 20_000;

/** Keys, values, fields and members are latin1 strings, one character a byte. */
export type Value =
  | { kind: 'string'; text: string }
  | { kind: 'hyperloglog'; registers: Uint8Array }
  | { kind: 'hash'; fields: Map<string, string> }
  | { kind: 'set'; members: Set<string> }
  | { kind: 'zset'; set: SortedSet }
  | { kind: 'list'; items: string[] };

export type Kind = Value['kind'];

interface Entry {
  value: Value;
  /** Epoch ms. */
  expireAt: number | undefined;
  /** Grows with every new key, so that SCAN can go on where it stopped. */
  readonly order: number;
}

/** Somebody who WATCHes keys. */
export interface Watcher {
  changed: boolean;
}

/** One of the sixteen databases: keys, their expiry, and who watches them. */
export class Database {
  readonly #entries = new Map<string, Entry>();
  readonly #expiring = new Set<string>();
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #now: () => number;
  readonly #scans = new ScanPositions<[string, Entry]>();
  #order = 0;
  #changes = 0;
  #sweeping: Iterator<string> | undefined;

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

  get size(): number {
    for (const key of this.#expiring) this.#live(key);
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
  put(key: string, value: Value, expireAt?: number | 'keep'): void {
    const old = this.#live(key);
    const until = expireAt === 'keep' ? old?.expireAt : expireAt;
    this.#entries.set(key, { value, expireAt: until, order: old?.order ?? ++this.#order });
    if (until === undefined) this.#expiring.delete(key);
    else this.#expiring.add(key);
    this.touch(key);
  }

  delete(key: string): boolean {
    if (!this.#live(key)) return false;
    this.#remove(key);
    return true;
  }

  expireAt(key: string): number | undefined {
    return this.#live(key)?.expireAt;
  }

  /** @param at epoch ms; absent: for ever. A time that has passed deletes the key. */
  setExpiry(key: string, at: number | undefined): void {
    const entry = this.#live(key);
    if (!entry) return;
    if (at !== undefined && at <= this.now) {
      this.#remove(key);
      return;
    }
    entry.expireAt = at;
    if (at === undefined) this.#expiring.delete(key);
    else this.#expiring.add(key);
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

  /** All keys in the order of SCAN, those too whose time has just come. */
  *entries(): Generator<{ key: string; value: Value; expireAt: number | undefined }, void, undefined> {
    for (const [key, { value, expireAt }] of this.#entries) yield { key, value, expireAt };
  }

  keys(): string[] {
    return [...this.#entries.keys()].filter((key) => this.#live(key));
  }

  /** @param after where the last step ended, 0 at first @returns 0 when nothing follows */
  scan(after: number, count: number): { next: number; keys: string[] } {
    const keys: string[] = [];
    const rest = this.#scans.take(after) ?? this.#entries.entries();
    for (let step = rest.next(); !step.done; step = rest.next()) {
      const [key, { order }] = step.value;
      if (order <= after) continue;
      if (this.#live(key)) keys.push(key);
      if (keys.length < count) continue;
      this.#scans.keep(order, rest);
      return { next: order, keys };
    }
    return { next: 0, keys };
  }

  clear(): void {
    for (const key of this.#entries.keys()) this.touch(key);
    this.#entries.clear();
    this.#expiring.clear();
    this.#scans.clear();
  }

  /** Active expiry: what nobody asks for leaves too, some thousand keys at a time. */
  sweep(): void {
    this.#sweeping ??= this.#expiring.values();
    for (let looked = 0; looked < SWEPT_AT_ONCE; looked++) {
      const step = this.#sweeping.next();
      if (step.done) {
        this.#sweeping = undefined;
        return;
      }
      this.#live(step.value);
    }
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry?.expireAt === undefined || entry.expireAt > this.now) return entry;
    this.#remove(key);
    return undefined;
  }

  #remove(key: string): void {
    this.#entries.delete(key);
    this.#expiring.delete(key);
    this.touch(key);
  }
}

const isKind = <K extends Kind>(value: Value, kind: K): value is Extract<Value, { kind: K }> => value.kind === kind;
