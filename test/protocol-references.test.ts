import { describe, expect, test } from 'vitest';
import { citedIn, readProtocol } from './support/protocol-page.ts';
import { read, texts } from './support/repository.ts';

const { rules } = readProtocol();

/** `file: what` for all that the rule finds in a text. */
const findings = (find: (text: string) => readonly string[]): string[] =>
  texts.flatMap(({ path, text }) => find(text).map((found) => `${path}: ${found}`));

describe('a reference', () => {
  test('to the protocol names a rule of docs/protocol.md', () => {
    const names = new Set(rules.map(({ name }) => name));
    expect(findings((text) => citedIn(text).filter((name) => !names.has(name)))).toEqual([]);
  });

  test('to the protocol is written in one way', () => {
    const otherwise = /[(]protocol\s*[:,](?! [a-z0-9-]+(?:, [a-z0-9-]+)*\))[^)]*\)?/gi;
    expect(findings((text) => text.match(otherwise) ?? [])).toEqual([]);
  });

  test('to a promise names one of docs/guarantees.md', () => {
    const promised = new Set(read('docs/guarantees.md').match(/(?<=^- \*\*)P\d+(?=\*\* )/gm));
    expect(promised.size).toBeGreaterThan(5);
    expect(findings((text) => (text.match(/\bP\d{1,2}\b/g) ?? []).filter((name) => !promised.has(name)))).toEqual([]);
  });

  test('leads to nothing outside of the repository', () => {
    const outside = /\bflow\.md\b|\bdesign\.md\b|\[D\d+\]|'D\d+'|\bshared\/[\w.]+/g;
    expect(findings((text) => text.match(outside) ?? [])).toEqual([]);
  });
});
