import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../../../local/engines/mongo');

test('the embedded MongoDB imports nothing from outside its folder but bson and mingo', () => {
  const outside = globSync('**/*.ts', { cwd: folder }).flatMap((file) => {
    const imports = readFileSync(join(folder, file), 'utf8').matchAll(/ from '([^']+)'/g);
    return [...imports].flatMap(([, from = '']) => {
      if (from.startsWith('.'))
        return relative(folder, join(folder, dirname(file), from)).startsWith('..') ? [from] : [];
      return from.startsWith('node:') ? [] : [from.split('/')[0]];
    });
  });
  expect(new Set(outside)).toEqual(new Set(['bson', 'mingo']));
});
