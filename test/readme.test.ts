import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');
const { scripts } = JSON.parse(read('package.json'));

describe('the README', () => {
  test('names scripts that there are', () => {
    const named = [...readme.matchAll(/npm (?:run ([\w:]+)|(start|test)\b)/g)].map(
      ([, run, plain]) => run ?? plain ?? '',
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
