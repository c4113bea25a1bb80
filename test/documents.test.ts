import { existsSync, globSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { proseOf, read, root, texts } from './support/repository.ts';

const LONGEST_LINE = 120;

/** What a program writes into a page stands between marks, and may have longer lines: why. */
const longerParts = {
  'docs/results/chaos.md': 'rows of figures, one column for each set of engines, as long as what they name',
  'docs/performance.md': 'rows of figures, as long as what they compare',
  'docs/local.md': 'each statement with the address of the page that it follows',
};

/** Files that a reader is asked to write. */
const yours = new Set(['functions/events/cart.abandoned.ts', 'functions/events/room.booked.ts']);

const exists = (path: string): boolean => existsSync(join(root, path));

/** Of an example that was taken out, which documents still show. */
const takenOut = (path: string): boolean =>
  !exists('examples/shop') && /^(?:test\/)?(?:functions\/(?:events|common)|examples)\//.test(path);

/** Of the suites of others that docs/local.md runs. */
const others = /^test\/test_/;

const pages = texts.filter(({ path }) => path.endsWith('.md'));

/** Paths from the root, of files, folders or with a pattern, but not those within an address. */
function pathsIn(prose: string): string[] {
  const path =
    /(?<![\w/.@:~-])(?:functions|lib|deploy|local|client|examples|testing|test|verification|docs)\/[\w.*{},/-]*/g;
  return (prose.match(path) ?? []).map((found) => found.replace(/[.,]+$/, ''));
}

/** A file, a folder, a pattern that something matches, or a decision by its number. */
const isThere = (path: string): boolean =>
  exists(path) ||
  (/[*{]/.test(path) && globSync(path, { cwd: root }).length > 0) ||
  (/^docs\/decisions\/\d{4}$/.test(path) && globSync(`${path}-*.md`, { cwd: root }).length === 1);

/** Links of a page to the repository: what is linked, without pages of others. */
const linksIn = (text: string): string[] =>
  [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)$/gm)]
    .map(([, target, defined]) => target ?? defined ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));

/** As GitHub makes them of headings. */
function anchorsOf(path: string): string[] {
  const headings = read(path)
    .replace(/^```[\s\S]*?^```/gm, '')
    .matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

function isLinked(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? from : posix.join(posix.dirname(from), file);
  if (!exists(path)) return false;
  return anchor === undefined || (!statSync(join(root, path)).isDirectory() && anchorsOf(path).includes(anchor));
}

describe('documents and comments', () => {
  test('name files that there are', () => {
    const missing = texts.flatMap((one) =>
      pathsIn(proseOf(one))
        .filter((path) => !yours.has(path) && !takenOut(path) && !others.test(path) && !isThere(path))
        .map((path) => `${one.path}: ${path}`),
    );
    expect(missing).toEqual([]);
    expect(pages.flatMap((page) => pathsIn(page.text)).length).toBeGreaterThan(50);
  });

  test('link to pages and headings that there are', () => {
    const broken = pages.flatMap(({ path, text }) =>
      linksIn(text)
        .filter((target) => !isLinked(path, target))
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
    expect(pages.flatMap(({ text }) => linksIn(text)).length).toBeGreaterThan(10);
  });
});

describe('documents', () => {
  const longLines = (path: string, text: string): string[] =>
    text.split('\n').flatMap((line, at) => (line.length > LONGEST_LINE ? [`${path}:${at + 1}: ${line}`] : []));
  /** The lines stay, so that those after them keep their numbers. */
  const byHand = (text: string): string =>
    text.replace(/^<!-- (\w+): written by [\s\S]*?^<!-- \1: end -->$/gm, (part) => part.replace(/.+/g, ''));

  test(`have lines of at most ${LONGEST_LINE} characters`, () => {
    expect(pages.flatMap(({ path, text }) => longLines(path, path in longerParts ? byHand(text) : text))).toEqual([]);
  });

  test.each(Object.entries(longerParts))('%s has longer ones, written by a program: %s', (path) => {
    expect(longLines(path, read(path))).not.toEqual([]);
  });

  test('say in one sentence under the title whom they are for', () => {
    const begins = /^# .+\n\nFor (?:people|whoever|engineers) [^.]*\.\n\n/;
    expect(pages.filter(({ text }) => !begins.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

test('CONTRIBUTING.md lists every long test with its seconds', () => {
  const listed = [...read('CONTRIBUTING.md').matchAll(/^\| `(test\/\S+)` \| \d+ \|$/gm)].map(([, path = '']) => path);
  // Those of an example go with it, and the table stays.
  const there = listed.filter((path) => !path.startsWith('test/examples/') || existsSync(join(root, path)));
  expect(there.toSorted()).toEqual(globSync('test/**/*.long.test.ts', { cwd: root }).toSorted());
});

test('paths are read as they are written', () => {
  const prose = 'See `lib/a.ts`, (docs/b.md), test/c*.ts. https://docs.aws.amazon.com/lambda/latest/dg/x ../lib/d.ts';
  expect(pathsIn(prose)).toEqual(['lib/a.ts', 'docs/b.md', 'test/c*.ts']);
});
