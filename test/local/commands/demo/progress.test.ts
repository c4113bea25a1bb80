import { expect, test } from 'vitest';
import { progressOn } from '../../../../local/commands/demo/progress.ts';

const written = (isTTY: boolean) => {
  const chunks: string[] = [];
  const stream = { isTTY, write: (text: string | Uint8Array) => chunks.push(String(text)) > 0 };
  let at = 0;
  const progress = progressOn(stream, () => at);
  return { chunks, progress, pass: (ms: number) => (at += ms) };
};

test('a terminal gets one line that updates itself', () => {
  const { chunks, progress } = written(true);
  progress.show('1 of 3');
  progress.show('2 of 3');
  progress.end();
  expect(chunks).toEqual(['\r\x1b[K1 of 3', '\r\x1b[K2 of 3', '\r\x1b[K']);
});

test('anything else gets a line every two seconds', () => {
  const { chunks, progress, pass } = written(false);
  progress.show('1 of 3');
  pass(1999);
  progress.show('2 of 3');
  pass(1);
  progress.show('3 of 3');
  progress.end();
  expect(chunks).toEqual(['1 of 3\n', '3 of 3\n']);
});
