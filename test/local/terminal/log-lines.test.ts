import { expect, test } from 'vitest';
import { shortLine, sparing } from '../../../local/terminal/log-lines.ts';

test.each<[string, string, string | undefined]>([
  ['what is no log entry is shown as it is', 'hello', '[ingest] hello'],
  ['JSON that is no log entry too', '{"a":1}', '[ingest] {"a":1}'],
  ['half of an entry too', '{"level":"WARN",', '[ingest] {"level":"WARN",'],
  ['information stays in the file', '{"level":"INFO","message":"m"}', undefined],
  ['a warning is one line', '{"level":"WARN","message":"m","at":1}', '[ingest] WARN m'],
  [
    'an error is shown with its cause and without its stack',
    '{"level":"ERROR","message":"m","error":{"message":"why","stack":"s"}}',
    '[ingest] ERROR m: why',
  ],
  ['what it is about is shown with it', '{"level":"WARN","message":"m","detail":"what"}', '[ingest] WARN m: what'],
])('%s', (_, line, shown) => {
  expect(shortLine('ingest', line)).toBe(shown);
});

test('the same line is shown once a second', () => {
  let now = 0;
  const shown: string[] = [];
  const show = sparing(
    (line) => shown.push(line),
    () => now,
  );
  for (const line of ['a', 'a', 'b']) show(line);
  now = 1000;
  show('a');
  expect(shown).toEqual(['a', 'b', 'a']);
});
