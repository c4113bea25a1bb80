import { describe, expect, test } from 'vitest';
import { textsOf } from '../local/commands/new/templates.ts';
import { filesOf, read } from './support/repository.ts';

/** What is compiled and run: the examples with their tests, and what `npm run new` writes. */
const sources = [
  ...filesOf('{,test/}examples/{handlers,common}/*.ts').map(read),
  textsOf('room.booked', 'plain', 'functions/events').event,
].map(linesOf);
const samples = [...read('docs/handlers.md').matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, sample = '']) => sample);

function linesOf(text: string): string[] {
  return text.trimEnd().split('\n');
}

/** Whether these lines stand there, one after another. */
const standsIn = (source: readonly string[], lines: readonly string[]): boolean =>
  source.some((_, start) => lines.every((line, at) => source[start + at] === line));

/** `// …` stands for what was left out between two excerpts of one file. */
const isExcerpt = (sample: string): boolean =>
  sources.some((source) => sample.split('// …\n').every((excerpt) => standsIn(source, linesOf(excerpt))));

describe('the samples of docs/handlers.md', () => {
  test.each(samples.map((sample, at) => [at + 1, sample] as const))('%i is of a file that is run', (_, sample) => {
    expect(isExcerpt(sample) ? '' : sample).toBe('');
  });

  test('are looked for line by line', () => {
    expect(samples.length).toBeGreaterThan(5);
    const [first = ''] = samples;
    expect([first, first.replace('id-taken', 'taken'), `${first}// …\nnowhere;\n`].map(isExcerpt)).toEqual([
      true,
      false,
      false,
    ]);
  });
});
