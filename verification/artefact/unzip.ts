import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const [STORED, DEFLATED] = [0, 8];

/**
 * Unpacks a zip, as Lambda does before it starts a function.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3.6, 4.3.12, 4.3.16)
 * @param folder is made
 * @returns the names of its files
 * @throws Error for what is no such zip, or not as it was packed
 */
export function unzip(file: string, folder: string): string[] {
  const zip = readFileSync(file);
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== END) end--;
  if (end < 0) throw new Error(`${file} is no zip`);
  const names: string[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new Error(`${file}: its directory is broken`);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    const name = zip.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
    if (!name.endsWith('/')) {
      write(folder, name, contentOf(zip, at, `${file}: ${name}`));
      names.push(name);
    }
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
  }
  return names;
}

/** @param at where its entry of the directory begins */
function contentOf(zip: Buffer, at: number, what: string): Buffer {
  const method = zip.readUInt16LE(at + 10);
  const [sum, size] = [zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 20)];
  const local = zip.readUInt32LE(at + 42);
  const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(begin, begin + size);
  if (method !== STORED && method !== DEFLATED) throw new Error(`${what}: packed in a way that is not known here`);
  const content = method === STORED ? packed : inflateRawSync(packed);
  if (crc32(content) !== sum) throw new Error(`${what} is not as it was packed`);
  return content;
}

function write(folder: string, name: string, content: Buffer): void {
  if (/^(\/|\.\.)/.test(normalize(name))) throw new Error(`${name} would be written outside of its folder`);
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
