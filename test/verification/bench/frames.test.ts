import { serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mongoFrames } from '../../../verification/bench/harness/mongo-frames.ts';
import { redisFrames } from '../../../verification/bench/harness/redis-frames.ts';

type Frames = typeof mongoFrames;

/** What is heard of a stream that comes in pieces of these lengths, over and over. */
function heardOf(frames: Frames, stream: Buffer, lengths: readonly number[]): string[] {
  const heard: string[] = [];
  const take = frames((command) => heard.push(command));
  for (let at = 0, piece = 0; at < stream.length; piece++) {
    const length = lengths[piece % lengths.length] ?? 1;
    take(stream.subarray(at, at + length));
    at += length;
  }
  return heard;
}

/** Whatever the pieces are, the same is heard. */
const hearsInAnyPieces = (frames: Frames, stream: Buffer, heard: readonly string[]): void =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 }), (lengths) => {
      expect(heardOf(frames, stream, lengths)).toEqual(heard);
    }),
    { numRuns: 100 },
  );

/** A message with a command, and a sequence of documents behind it where there are any. */
function opMsg(command: object, documents?: readonly object[]): Buffer {
  const body = Buffer.concat([Buffer.alloc(5), serialize(command)]);
  const parts = [body];
  if (documents) {
    const sequence = Buffer.concat([
      Buffer.from('documents\0'),
      ...documents.map((one) => Buffer.from(serialize(one))),
    ]);
    const length = Buffer.alloc(4);
    length.writeInt32LE(4 + sequence.length);
    parts.push(Buffer.from([1]), length, sequence);
  }
  return framed(2013, Buffer.concat(parts));
}

function framed(code: number, rest: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + rest.length, 0);
  header.writeInt32LE(code, 12);
  return Buffer.concat([header, rest]);
}

describe('commands of MongoDB', () => {
  const stream = Buffer.concat([
    framed(2004, Buffer.from('old hello')),
    opMsg({ hello: 1 }),
    opMsg({ insert: 'entries', lsid: 1 }, [{ find: 1 }, { x: 'y' }]),
    opMsg({ abortTransaction: 1 }),
    opMsg({ endSessions: [] }),
    opMsg({ insert: 'entries' }),
  ]);

  test('are heard once each, by name; those of the driver itself are not', () => {
    hearsInAnyPieces(mongoFrames, stream, ['insert', 'abortTransaction', 'insert']);
  });

  test('of a protocol that nobody here speaks are a fault, and not nothing', () => {
    expect(() => mongoFrames(() => {})(framed(2012, Buffer.alloc(9)))).toThrow('code 2012');
    const sequenceFirst = framed(2013, Buffer.from([0, 0, 0, 0, 1, 9, 0, 0, 0, 0]));
    expect(() => mongoFrames(() => {})(sequenceFirst)).toThrow('does not come first');
  });
});

describe('commands of Redis', () => {
  const resp = (...parts: string[]): string =>
    `*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`;
  const stream = Buffer.from(
    resp('client', 'SETNAME', 'x') +
      resp('evalsha', 'f00', '1', 'key', '*3\r\n$3\r\nGET\r\n') +
      resp('SET', 'é', '') +
      resp('info'),
  );

  test('are heard once each, in capitals, and none within what they carry; those of the client itself are not', () => {
    hearsInAnyPieces(redisFrames, stream, ['EVALSHA', 'SET']);
  });

  test('that are no arrays are a fault, and not nothing', () => {
    expect(() => redisFrames(() => {})(Buffer.from('PING\r\n'))).toThrow('begins with PING');
  });
});
