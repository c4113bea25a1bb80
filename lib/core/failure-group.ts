import { createHash } from 'node:crypto';
import type { Thrown } from './thrown.ts';

/**
 * One word for failures of one kind: the error's class and code, its message without what differs from event to event, and the function
 * of the first frame in the handler's own file, without its line, so that tomorrow's build groups alike (protocol: failure-group).
 * @param type of the event, which its handler's file is named after; null where no handler ran
 * @returns 16 hex digits
 */
export function failureGroup({ name, code, message, stack }: Thrown, type: string | null): string {
  return createHash('sha256')
    .update([name, code, plain(message), ownFunction(stack, type)].join('\n'))
    .digest('hex')
    .slice(0, 16);
}

/**
 * `order 3f2a… of 12` and `order 77b0… of 9` are one message, and so are two that name other mail addresses, paths or quoted texts: word by
 * word, because an expression for an address takes quadratic time.
 */
const plain = (message: string): string =>
  message
    .replace(/"[^"]*"|(?<!\w)'[^']*'|`[^`]*`/g, '#')
    .split(/\s+/)
    .map((word) => (/[\d@/\\]/.test(word) ? '#' : word))
    .join(' ');

/** The name of the function that threw, as far as the handler's own file knows it; else of the first that is no package's. */
function ownFunction(stack: readonly string[], type: string | null): string {
  const ours = stack.filter((frame) => !frame.includes('node_modules') && !frame.includes('node:'));
  // functions/events/<type>.ts where there is a source map, <type>-<hash>.mjs in a bundle without
  const own =
    type === null ? undefined : ours.find((frame) => frame.includes(`/${type}.ts`) || frame.includes(`/${type}-`));
  const name = /^(?:async )?([\w$.<>]+) \(/.exec(own ?? ours[0] ?? '')?.[1] ?? '';
  // A function without a name is only called that where there is a source map.
  // Of functions that are called alike in several files a bundler numbers all but one: `check`, `check2`.
  return name === '<anonymous>' ? '' : name.replace(/\d+$/, '');
}
