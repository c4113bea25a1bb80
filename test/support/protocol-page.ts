import { read } from './repository.ts';

/** A rule of docs/protocol.md: a heading of the third level that is its name. */
export interface Rule {
  name: string;
  /** The files that it lives in. */
  where: string[];
  /** Whether the page says what breaks without it. */
  reasoned: boolean;
}

export interface Figure {
  what: string;
  value: string;
  /** Its name in code. */
  code: string;
  file: string;
}

/** The page of the protocol, taken apart. */
export function readProtocol(): { rules: Rule[]; figures: Figure[]; interleavings: string[] } {
  const page = read('docs/protocol.md');
  const [beforeFigures = '', figures = '', interleavings = ''] = page.split(/^## (?:Figures|Interleavings.*)$/m);
  return {
    rules: beforeFigures
      .split(/^### /m)
      .slice(1)
      .map((text) => ({
        name: /^`([a-z0-9-]+)`\n/.exec(text)?.[1] ?? text,
        where: [...(/\*Where:\*(.*(?:\n.+)*)/.exec(text)?.[1]?.matchAll(/`([^`]+)`/g) ?? [])].map(
          ([, path = '']) => path,
        ),
        reasoned: text.includes('*Without it:*'),
      })),
    figures: [...figures.matchAll(/^\| ([^|]+) \| ([^|]+) \| `([^`]+)` \| `([^`]+)` \|$/gm)].map(
      ([, what = '', value = '', code = '', file = '']) => ({ what, value, code, file }),
    ),
    interleavings: [...interleavings.matchAll(/^- (.+)$/gm)].map(([, name = '']) => name),
  };
}

/** The rules that a text cites: `(protocol: claim, fingerprint)`. */
export const citedIn = (text: string): string[] =>
  [...text.matchAll(/[(]protocol: ([^)]*)\)/g)].flatMap(([, names = '']) => names.split(', '));
