import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** The engine and the version of what its records look like: `sluice state, mongo 1`. */
export type SnapshotKind = `${string} ${number}`;

/** It is no whole snapshot of this kind. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

const CHUNK_BYTES = 256 * 1024;
const LENGTH_BYTES = 4;
/** In place of a length, behind the last record. */
const END = 0xffff_ffff;
const headOf = (kind: SnapshotKind): Buffer => Buffer.from(`sluice state, ${kind}\n`);

/**
 * Writes records to a file that only its owner may read, each behind its length, and waits until the disk has them. Between two chunks
 * of a quarter of a megabyte others have their turn, so that whoever makes the records goes on serving.
 * @throws the system's error; then the file is not whole
 */
export async function writeSnapshot(file: string, kind: SnapshotKind, records: Iterable<Uint8Array>): Promise<void> {
  await using handle = await open(file, 'w', 0o600);
  let chunk: Uint8Array[] = [headOf(kind)];
  let bytes = 0;
  for (const record of records) {
    chunk.push(lengthOf(record.length), record);
    bytes += LENGTH_BYTES + record.length;
    if (bytes < CHUNK_BYTES) continue;
    await writeAll(handle, chunk);
    [chunk, bytes] = [[], 0];
  }
  chunk.push(lengthOf(END));
  await writeAll(handle, chunk);
  await handle.sync();
}

/** @throws SnapshotError when it is no whole snapshot of this kind, or the system's error */
export async function* readSnapshot(file: string, kind: SnapshotKind): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  try {
    const bytes = new Bytes(stream);
    const head = headOf(kind);
    if (!head.equals((await bytes.take(head.length)) ?? Buffer.alloc(0)))
      throw new SnapshotError(`${file} is not a state of ${kind}`);
    for (;;) {
      const length = (await bytes.take(LENGTH_BYTES))?.readUInt32BE();
      if (length === END) return;
      const record = length === undefined ? undefined : await bytes.take(length);
      if (!record) throw new SnapshotError(`${file} ends in the middle`);
      yield record;
    }
  } finally {
    stream.destroy();
  }
}

function lengthOf(length: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES);
  bytes.writeUInt32BE(length);
  return bytes;
}

async function writeAll(handle: FileHandle, chunk: readonly Uint8Array[]): Promise<void> {
  await handle.writeFile(Buffer.concat(chunk));
}

/** Bytes of a stream by their number. */
class Bytes {
  readonly #source: AsyncIterator<Buffer>;
  #left: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#source = stream[Symbol.asyncIterator]();
  }

  /** @returns a copy, which keeps no chunk in memory; undefined when there are not as many */
  async take(length: number): Promise<Buffer | undefined> {
    const chunks = [this.#left];
    for (let bytes = this.#left.length; bytes < length; ) {
      const { value, done } = await this.#source.next();
      if (done) return undefined;
      chunks.push(value);
      bytes += value.length;
    }
    const all = Buffer.concat(chunks);
    this.#left = all.subarray(length);
    return Buffer.from(all.subarray(0, length));
  }
}
