import type { Database } from './database.ts';
import { Deque } from './deque.ts';
import { Named, Register } from './register.ts';
import { REGISTERS, Registers } from './registers.ts';
import { SortedSet } from './sorted-set.ts';
import { Field, type Kind, type Time, type Value } from './value.ts';

/** A key as it was at one moment: what is changed in place is copied, what is not is the same string. */
interface Saved {
  database: number;
  key: string;
  expireAt: Time | undefined;
  kind: Kind;
  /** Of a string its text, of a HyperLogLog all its registers or those that count, of the others what they hold, in order. */
  content: string | Uint8Array | readonly (string | number)[];
}

/**
 * JSON; several of one key follow each other, each with some of what it holds. A score is text, because JSON has no infinity, and so
 * is a time that is no double.
 */
type Part = [database: number, key: string, expireAt: number | string | null, kind: Kind, ...content: string[]];

/** Fields with their values and members with their scores are pairs, which stay together. */
const ITEMS_A_PART = 1000;
const CHARACTERS_A_PART = 1024 * 1024;

/**
 * All keys at the moment in which the first record is asked for. Scripts, connections, channels and who watches are no part of it.
 * @returns records of a thousand fields or members at most, or of a megabyte of a string
 */
export function* save(databases: readonly Database[]): Generator<Uint8Array, void, undefined> {
  const saved = databases.flatMap((db, database) =>
    [...db.entries()].map(
      ({ key, value, expireAt }): Saved => ({ database, key, expireAt, kind: value.kind, content: contentOf(value) }),
    ),
  );
  for (const one of saved) {
    const { database, key, expireAt = null, kind } = one;
    for (const content of partsOf(one)) {
      const until = typeof expireAt === 'bigint' ? String(expireAt) : expireAt;
      const part: Part = [database, key, until, kind, ...content];
      yield Buffer.from(JSON.stringify(part));
    }
  }
}

/** Puts into empty databases what `save` gave. @throws Error when a record is none of these; what came before it is there */
export async function restore(databases: readonly Database[], records: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const record of records) {
    const [database, key, expireAt, kind, ...content] = JSON.parse(Buffer.from(record).toString()) as Part;
    const db = databases[database];
    if (!db) throw new Error(`no record of a Redis: database ${database}`);
    const until = typeof expireAt === 'string' ? BigInt(expireAt) : (expireAt ?? undefined);
    db.put(key, grown(db.get(key), kind, content), until);
  }
}

function contentOf(value: Value): Saved['content'] {
  switch (value.kind) {
    case 'string':
      return value.text;
    case 'hyperloglog':
      return value.registers.content();
    case 'hash':
      return value.fields.items.flatMap(({ name, value: text }) => [name, text]);
    case 'set':
      return value.members.items.map(({ name }) => name);
    case 'zset':
      return value.set.slice().flatMap(({ name, score }) => [name, score]);
    case 'list':
      return value.items.slice();
  }
}

function* partsOf({ content }: Saved): Generator<string[], void, undefined> {
  if (content instanceof Uint8Array) yield [Buffer.from(content).toString('latin1')];
  else if (typeof content === 'string')
    for (let at = 0; at === 0 || at < content.length; at += CHARACTERS_A_PART)
      yield [content.slice(at, at + CHARACTERS_A_PART)];
  else
    for (let at = 0; at === 0 || at < content.length; at += ITEMS_A_PART)
      yield content.slice(at, at + ITEMS_A_PART).map(String);
}

/** A value with one part more. */
function grown(value: Value | undefined, kind: Kind, content: readonly string[]): Value {
  const [first = ''] = content;
  switch (kind) {
    case 'string':
      return { kind, text: (value?.kind === kind ? value.text : '') + first };
    case 'hyperloglog': {
      if (first.length === REGISTERS) return { kind, registers: Registers.of(Buffer.from(first, 'latin1')) };
      const registers = value?.kind === kind ? value.registers : new Registers();
      for (const [index, rank] of pairsOf(content)) registers.raise(Number(index), Number(rank));
      return { kind, registers };
    }
    case 'hash': {
      const fields = value?.kind === kind ? value.fields : new Register<Field>();
      for (const [name, text] of pairsOf(content)) fields.add(new Field(name, text));
      return { kind, fields };
    }
    case 'set': {
      const members = value?.kind === kind ? value.members : new Register<Named>();
      for (const member of content) members.add(new Named(member));
      return { kind, members };
    }
    case 'zset': {
      const set = value?.kind === kind ? value.set : new SortedSet();
      for (const [member, score] of pairsOf(content)) set.set(member, Number(score));
      return { kind, set };
    }
    case 'list': {
      const items = value?.kind === kind ? value.items : new Deque();
      for (const item of content) items.push(item);
      return { kind, items };
    }
    default:
      throw new Error(`no record of a Redis: kind ${String(kind satisfies never)}`);
  }
}

function* pairsOf(content: readonly string[]): Generator<[string, string], void, undefined> {
  for (let at = 0; at + 1 < content.length; at += 2) yield [content[at] ?? '', content[at + 1] ?? ''];
}
