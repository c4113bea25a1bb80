import { table } from '../../../deploy/table.ts';
import type { Effects } from './example.ts';
import type { Act } from './story/stage.ts';
import { type Counts, columns, type Latency } from './tally.ts';

export interface Report {
  ok: boolean;
  seconds: number;
  /** How many events clients sent, duplicates and all. */
  events: number;
  types: Record<string, Counts & { latency?: Latency }>;
  total: Counts;
  effects: Effects;
  story: Act[];
  /** What there is to say of the events beside the counts. */
  notes: string[];
  /** What is not as it was sent; empty when all is right. */
  differences: string[];
}

/** What the report needs beside itself to be read by a person. */
export interface Words {
  /** What each column is made of. */
  explained: readonly string[];
  effects: readonly (readonly [name: string, value: string])[];
  more: readonly string[];
  /** What to do now. */
  next: readonly string[];
}

const MOST_DIFFERENCES = 20;
const WIDTH = 118;

/** The report for a person. */
export function printed(
  { ok, seconds, events, types, total, story, notes, differences }: Report,
  words: Words,
): string {
  const head = ['event type', ...columns, 'p50 ms', 'p99 ms', 'measured'];
  const cells = (counts: Counts) => columns.map((column) => String(counts[column]));
  const rows = Object.entries(types).map(([type, { latency, ...counts }]) => [
    type,
    ...cells(counts),
    ...(latency ? [latency.p50, latency.p99, latency.measured].map(String) : []),
  ]);
  const acts = story.flatMap(({ title, happened, proof }, index) => [
    '',
    `${index + 1}. ${title}`,
    ...wrapped(happened),
    ...wrapped(proof),
  ]);
  return [
    indented(table([head, ...rows, ['total', ...cells(total)]])),
    '  p50 and p99: from POST to settled, as the clients saw it that waited.',
    '',
    ...words.explained.flatMap((line) => wrapped(line, '  ', '             ')),
    ...notes.flatMap((line) => wrapped(line, '  ')),
    '',
    'What Sluice is for',
    ...acts,
    '',
    ...(words.effects.length === 0 ? [] : ['What all of it left behind', indented(table(words.effects)), '']),
    ...words.more.flatMap((line) => [line, '']),
    ok
      ? `All ${events} events became what they had to become, each effect once, in ${seconds} s.`
      : ['Not as it was sent:', ...differences.slice(0, MOST_DIFFERENCES).map((line) => `  ${line}`)].join('\n'),
    ...(differences.length > MOST_DIFFERENCES ? [`  and ${differences.length - MOST_DIFFERENCES} more`] : []),
    '',
    ...words.next,
  ].join('\n');
}

const indented = (text: string): string => text.replace(/^/gm, '  ');

/** Lines that fit a terminal; none of no text. @param further before each line but the first */
function wrapped(text: string, first = '   ', further = first): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const indent = lines.length === 0 ? first : further;
    if (line !== '' && `${indent}${line} ${word}`.length > WIDTH) {
      lines.push(indent + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, (lines.length === 0 ? first : further) + line];
}
