import { createHash, randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeApiKey, readApiKey } from '../../../../lib/core/access/api-key.ts';

const root = join(import.meta.dirname, '../../../..');
const bytes = (value: number) => (size: number) => new Uint8Array(size).fill(value);
const swapped = (text: string, at: number) => {
  const other = text[at] === '0' ? '1' : '0';
  return `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
};

describe('a key', () => {
  it('has its stage, 256 bits and a checksum of all before it, at a fixed width', () => {
    expect(makeApiKey('dev', bytes(0))).toMatch(new RegExp(`^slc_dev_${'0'.repeat(43)}[0-9A-Za-z]{6}$`));
    expect(makeApiKey('dev', bytes(255)).slice(8, 51)).toBe(base62Of(2n ** 256n - 1n, 43));
    const key = makeApiKey('prod', bytes(1));
    expect(key.slice(-6)).toBe(base62Of(BigInt(crc32(key.slice(0, -6))), 6));
  });

  it('is one word to whoever double-clicks it', () => {
    for (let round = 0; round < 200; round++) expect(makeApiKey('dev', randomBytes)).toMatch(/^\w{57}$/);
  });

  it('is read as what it says: its stage, its hash, its end', () => {
    const key = makeApiKey('pr12', randomBytes);
    const hash = createHash('sha256').update(key).digest('hex');
    expect(readApiKey(key)).toEqual({ stage: 'pr12', hash, last4: key.slice(-4) });
  });

  it('is of no stage that has another form, and never of fewer bits', () => {
    for (const stage of ['', 'Dev', 'a_b', 'a-b', 'a'.repeat(21)])
      expect(() => makeApiKey(stage, randomBytes)).toThrow(RangeError);
    expect(() => makeApiKey('dev', () => new Uint8Array(31))).toThrow(RangeError);
  });
});

describe('no key', () => {
  const key = makeApiKey('dev', randomBytes);

  it('is one with any character exchanged', () => {
    for (let at = 0; at < key.length; at++) expect(readApiKey(swapped(key, at))).toBeUndefined();
    expect(readApiKey(key.replace('_dev_', '_prod_'))).toBeUndefined();
  });

  it.each([
    '',
    'slc_',
    key.slice(1),
    key.slice(0, -1),
    `${key}0`,
    ` ${key}`,
    `${key}\n`,
    `Bearer ${key}`,
    key.toUpperCase(),
    key.replace('slc_dev_', 'slc__'),
    key.replaceAll('_', '-'),
    `${key}${key}`,
  ])('is %j', (text) => {
    expect(readApiKey(text)).toBeUndefined();
  });

  it('takes more than linear time to refuse', () => {
    const took = (text: string) => {
      const began = process.cpuUsage();
      expect(readApiKey(text)).toBeUndefined();
      return process.cpuUsage(began).user / 1000;
    };
    for (const piece of ['a', 'slc_', '_', key, 'slc_a_', '0'])
      expect(took(piece.repeat(5_000_000 / piece.length))).toBeLessThan(500);
  });

  it('stands in a document: every example is one of form alone', () => {
    const texts = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).map((path) =>
      readFileSync(join(root, path), 'utf8'),
    );
    const examples = texts.flatMap((text) => text.match(/\bslc_[a-z0-9]+_[0-9A-Za-z]{20,}/g) ?? []);
    expect(examples).not.toEqual([]);
    for (const example of examples) {
      expect(example).toMatch(/^slc_[a-z0-9]+_[0-9A-Za-z]{49}$/);
      expect(readApiKey(example)).toBeUndefined();
    }
  });
});

/** By another way than the code: digit by digit from the front. */
function base62Of(value: bigint, width: number): string {
  const digits = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];
  return Array.from({ length: width }, (_, at) => digits[Number((value / 62n ** BigInt(width - 1 - at)) % 62n)]).join(
    '',
  );
}
