/** A command, or bytes that are none. Words and bytes are latin1, one character a byte. */
export type Sent = { words: readonly string[]; inline?: true } | { bytes: string };

/** What one of two clients sends, or that it leaves, or a key whose time comes. */
export type Step =
  | {
      client: 0 | 1;
      sent: readonly Sent[];
      /** Where the bytes are cut into packets, each as a part of the whole. */
      cuts: readonly number[];
    }
  | { leaves: 0 | 1 }
  | { expire: string };

export type Program = readonly Step[];

/**
 * Only p and q come to hold HyperLogLogs, whose bytes are another form than the server's, and z holds members of one score: what a range by
 * names is of others the manual leaves open.
 */
export const keys = ['a', 'b', 'c', '\x00\xff\r\nbinary', '', 'p', 'q', 'z'];

/** What a step sends, in the packets that it comes in. */
export function packetsOf({ sent, cuts }: Extract<Step, { client: 0 | 1 }>): string[] {
  const bytes = sent.map(bytesOf).join('');
  const places = [...new Set(cuts.map((part) => Math.floor(part * bytes.length)))].toSorted((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.slice(from, places[index])).filter(Boolean);
}

function bytesOf(sent: Sent): string {
  if ('bytes' in sent) return sent.bytes;
  const { words, inline } = sent;
  return inline
    ? `${words.map(quoted).join(' ')}\r\n`
    : `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;
}

/** As a person would have to write it: https://redis.io/docs/latest/develop/reference/protocol-spec/#inline-commands */
function quoted(word: string): string {
  if (/^[!#-&(-~]+$/.test(word)) return word;
  const escaped = word.replace(
    /[^ !#-[\]-~]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${escaped}"`;
}

/** The words of all commands of a step; of bytes that are no command, what looks like words. */
export function wordsOf(step: Step): string[] {
  if (!('sent' in step)) return [];
  return step.sent.flatMap((sent) => ('words' in sent ? sent.words : sent.bytes.split(/[^!-~]+/)));
}

/** A program as a person reads it, a line a step. */
export function linesOf(program: Program): string[] {
  return program.map((step) => {
    if ('expire' in step) return `expires: ${JSON.stringify(step.expire)}`;
    if ('leaves' in step) return `client ${step.leaves} leaves`;
    const sent = step.sent.map((one) => {
      if ('bytes' in one) return `bytes ${JSON.stringify(one.bytes)}`;
      return `${one.inline ? 'inline ' : ''}${one.words.map((word) => JSON.stringify(word)).join(' ')}`;
    });
    const cuts = step.cuts.length > 0 ? `  (${packetsOf(step).length} packets)` : '';
    return `client ${step.client}: ${sent.join(' | ')}${cuts}`;
  });
}
