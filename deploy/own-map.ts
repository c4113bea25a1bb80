import type { OutputFile } from 'esbuild';

/** Fields of https://tc39.es/ecma426/ that are used here. */
interface RawMap {
  version: number;
  sources: string[];
  names: string[];
  mappings: string;
}

/** Of a segment: column in the line, index of the source, line and column there, index of the name; each counts from the one before. */
const SOURCE = 1;
const FIELDS = 5;

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const digitValues = new Map([...DIGITS].map((digit, value) => [digit, value]));

/**
 * A source map without what came from packages: they are most of it, nobody mends them, and what is mapped is read and kept when the
 * first error is shown. Their code is said to have no source.
 * @param text of the map
 * @returns the text of one that says the same of the other sources
 */
export function withoutPackages(text: string): string {
  const map: RawMap = JSON.parse(text);
  const kept = map.sources.flatMap((source, index) => (isOfPackage(source) ? [] : [index]));
  if (kept.length === map.sources.length) return text;
  if (kept.length === 0) return JSON.stringify({ ...map, sources: [], mappings: '' });
  const newIndex = new Map(kept.map((index, position) => [index, position]));
  const before = { in: Array<number>(FIELDS).fill(0), out: Array<number>(FIELDS).fill(0) };
  const lines = map.mappings.split(';').map((line) => {
    before.in[0] = 0;
    before.out[0] = 0;
    let unmapped = false;
    return line
      .split(',')
      .flatMap((segment) => {
        if (segment === '') return [];
        const fields = decode(segment).map((delta, field) => (before.in[field] = (before.in[field] ?? 0) + delta));
        const source = newIndex.get(fields[SOURCE] ?? -1);
        // The first of many says it for all.
        if (source === undefined && unmapped) return [];
        unmapped = source === undefined;
        const said = source === undefined ? fields.slice(0, 1) : fields.with(SOURCE, source);
        return [
          said
            .map((value, field) => {
              const delta = value - (before.out[field] ?? 0);
              before.out[field] = value;
              return encode(delta);
            })
            .join(''),
        ];
      })
      .join(',');
  });
  return JSON.stringify({
    ...map,
    sources: kept.map((index) => map.sources[index]),
    mappings: lines.join(';'),
  });
}

/** So many maps are remembered: more than a build has. */
const KNOWN = 1000;

/** Makes the same of esbuild's files, once of each: most are as they were when it bundles again. */
export function ownMaps(): (map: Pick<OutputFile, 'hash' | 'contents'>) => Uint8Array {
  const known = new Map<string, Uint8Array>();
  return ({ hash, contents }) => {
    const made = known.get(hash) ?? new TextEncoder().encode(withoutPackages(new TextDecoder().decode(contents)));
    if (known.size >= KNOWN) known.clear();
    known.set(hash, made);
    return made;
  };
}

/** What plugins made is in no file: stand-ins of packages (`stand-in:locales`), and code that was bundled before and has no source of ours. */
const isOfPackage = (source: string): boolean => /(^|\/)node_modules\/|^(stand-in|compiled):/.test(source);

function decode(segment: string): number[] {
  const values: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = digitValues.get(digit) ?? 0;
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    values.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return values;
}

function encode(value: number): string {
  let left = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = '';
  do {
    const bits = left & 31;
    left >>= 5;
    text += DIGITS[left > 0 ? bits | 32 : bits];
  } while (left > 0);
  return text;
}
