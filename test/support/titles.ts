import { texts } from './repository.ts';

/** Of tests and of what they are in, as the files write them; none of a test that is skipped. */
export function titlesOf(source: string): string[] {
  const begins =
    /(?:\b(?:test|it|describe)(?:\.(?:each|concurrent|sequential))?|\))\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1,/g;
  return [...source.matchAll(begins)].map(([, , title = '']) => title.replace(/\\(.)/g, '$1'));
}

/** The titles of every file of tests, by its path from the root. */
export const titlesByFile: ReadonlyMap<string, readonly string[]> = new Map(
  texts.filter(({ path }) => path.endsWith('.test.ts')).map(({ path, text }) => [path, titlesOf(text)]),
);
