import { createHash } from 'node:crypto';
import { codeOf, messageOf } from './errors.ts';

/**
 * One word for failures of one kind: the error's class and code, its message without numbers and ids, and the names of our functions
 * on its stack without line numbers, so that tomorrow's build groups alike (protocol: failure-group).
 * @returns 16 hex digits
 */
export function failureGroup(error: unknown): string {
  const name = error instanceof Error ? error.name : typeof error;
  const stack = error instanceof Error ? functionNames(error.stack ?? '') : [];
  return createHash('sha256')
    .update([name, codeOf(error), plain(messageOf(error)), ...stack].join('\n'))
    .digest('hex')
    .slice(0, 16);
}

/** `order 3f2a… of 12` and `order 77b0… of 9` are one message. */
const plain = (message: string): string =>
  message
    .replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi, '#')
    .replace(/\b(?=\w*\d)[\w-]{8,}\b/g, '#')
    .replace(/\d+/g, '#')
    .slice(0, 500);

const functionNames = (stack: string): string[] =>
  stack
    .split('\n')
    .filter((line) => !line.includes('node_modules') && !line.includes('node:'))
    .flatMap((line) => /^\s*at (?:async )?([\w$.<>]+) \(/.exec(line)?.[1] ?? [])
    // A function without a name is only called that where there is a source map.
    .filter((name) => name !== '<anonymous>')
    .slice(0, 5);
