import { BSONError, calculateObjectSize, DBRef, deserialize, serialize } from 'bson';
import { type Doc, isDocument } from './value/types.ts';

/** https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
export const MAX_MESSAGE_BYTES = 48_000_000;

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
const EXHAUST_ALLOWED = 1 << 16;
const REQUIRED_BITS = 0xffff;

export interface Request {
  id: number;
  kind: 'msg' | 'query';
  command: Doc;
  /** Bytes of the whole message. */
  size: number;
  /** The sender wants no answer. */
  moreToCome: boolean;
  /** The sender takes several answers. */
  exhaustAllowed: boolean;
  /** Why its documents cannot be read; then there is no command. */
  malformed?: string;
}

/** What was sent is no message of the protocol; the connection cannot go on. */
export class WireError extends Error {}

/** Longs stay longs, so that their type survives; numbers become JavaScript numbers. */
const decoding = {
  promoteValues: true,
  promoteLongs: false,
  promoteBuffers: false,
  bsonRegExp: true,
  allowObjectSmallerThanBufferSize: true,
} as const;

/** A document with $ref and $id is one like any other to the server; bson makes a DBRef of it. */
function withoutReferences<Value>(value: Value): Value;
function withoutReferences(value: unknown): unknown {
  if (value instanceof DBRef) {
    const { collection, oid, db, fields } = value;
    return withoutReferences({
      $ref: collection,
      $id: oid as unknown,
      ...(db !== undefined && { $db: db }),
      ...fields,
    });
  }
  if (Array.isArray(value)) return value.map((one: unknown) => withoutReferences(one));
  if (!isDocument(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutReferences(one)]));
}

/** The document that begins at a place, as it is stored. @throws BSONError when it is none */
export function decode(bytes: Buffer, at: number): { document: Doc; end: number } {
  const size = bytes.readInt32LE(at);
  if (size < 5 || at + size > bytes.length) throw new BSONError('a document goes beyond its message');
  const own = bytes.subarray(at, at + size);
  const document = deserialize(own, decoding);
  return { document: own.includes('$ref') ? withoutReferences(document) : document, end: at + size };
}

/**
 * One message, from its header on.
 * @throws WireError when it is malformed; a document that is, is told in the request
 */
export function parseRequest(message: Buffer): Request {
  const id = message.readInt32LE(4);
  const opcode = message.readInt32LE(12);
  if (opcode === OP_MSG) {
    try {
      return parseMsg(message, id);
    } catch (cause) {
      if (!(cause instanceof BSONError)) throw cause;
      const moreToCome = (message.readUInt32LE(16) & MORE_TO_COME) !== 0;
      const size = message.length;
      return { id, kind: 'msg', command: {}, size, moreToCome, exhaustAllowed: false, malformed: cause.message };
    }
  }
  if (opcode === OP_QUERY) return parseQuery(message, id);
  throw new WireError(`opcode ${opcode} is not spoken here`);
}

function parseMsg(message: Buffer, id: number): Request {
  const flags = message.readUInt32LE(16);
  if (flags & REQUIRED_BITS & ~(CHECKSUM_PRESENT | MORE_TO_COME)) throw new WireError('unknown required flag');
  const end = flags & CHECKSUM_PRESENT ? message.length - 4 : message.length;
  let command: Doc | undefined;
  const sequences = new Map<string, Doc[]>();
  for (let at = 20; at < end; ) {
    const kind = message[at];
    at += 1;
    if (kind === 0) {
      if (command) throw new WireError('two bodies in one message');
      ({ document: command, end: at } = decode(message, at));
    } else if (kind === 1) at = parseSequence(message, at, sequences);
    else throw new WireError(`section kind ${kind} is unknown`);
  }
  if (!command) throw new WireError('a message without a body');
  for (const [name, documents] of sequences) command[name] = documents;
  return {
    id,
    kind: 'msg',
    command,
    size: message.length,
    moreToCome: (flags & MORE_TO_COME) !== 0,
    exhaustAllowed: (flags & EXHAUST_ALLOWED) !== 0,
  };
}

function parseSequence(message: Buffer, from: number, into: Map<string, Doc[]>): number {
  const end = from + message.readInt32LE(from);
  const nameEnd = message.indexOf(0, from + 4);
  if (end > message.length || nameEnd < 0 || nameEnd >= end) throw new WireError('a malformed document sequence');
  const name = message.toString('utf8', from + 4, nameEnd);
  if (into.has(name)) throw new WireError(`two sequences named ${name}`);
  const documents: Doc[] = [];
  for (let at = nameEnd + 1; at < end; ) {
    const { document, end: next } = decode(message, at);
    documents.push(document);
    at = next;
  }
  into.set(name, documents);
  return end;
}

/** Only for the first hello of a connection. */
function parseQuery(message: Buffer, id: number): Request {
  const nameEnd = message.indexOf(0, 20);
  const name = message.toString('utf8', 20, nameEnd);
  if (!name.endsWith('.$cmd')) throw new WireError('OP_QUERY is spoken for hello alone');
  const { document } = decode(message, nameEnd + 1 + 8);
  const command = '$query' in document ? (document.$query as Doc) : document;
  return {
    id,
    kind: 'query',
    command: { ...command, $db: name.slice(0, -'.$cmd'.length) },
    size: message.length,
    moreToCome: false,
    exhaustAllowed: false,
  };
}

let lastId = 0;

/** @returns the bytes of an answer, and its id */
export function encodeReply(
  kind: Request['kind'],
  responseTo: number,
  reply: Doc,
  moreToCome = false,
): { id: number; bytes: Buffer } {
  lastId = (lastId + 1) & 0x7fffffff;
  const body = serialize(reply);
  const head = Buffer.alloc(kind === 'msg' ? 21 : 36);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(lastId, 4);
  head.writeInt32LE(responseTo, 8);
  if (kind === 'msg') {
    head.writeInt32LE(OP_MSG, 12);
    head.writeUInt32LE(moreToCome ? MORE_TO_COME : 0, 16);
  } else {
    head.writeInt32LE(OP_REPLY, 12);
    head.writeInt32LE(8, 16);
    head.writeInt32LE(1, 32);
  }
  return { id: lastId, bytes: Buffer.concat([head, body], head.length + body.length) };
}

/** Bytes of a document in BSON. */
export const sizeOf = (document: Doc): number => calculateObjectSize(document);
