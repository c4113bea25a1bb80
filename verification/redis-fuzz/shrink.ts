import type { Program, Sent, Step } from './programs/program.ts';

/**
 * The smallest program that it gets to for which something still holds: without steps, then commands, packets and words, and with words
 * made shorter, again and again until nothing more can go.
 * @param holds tried for each smaller program
 * @param most tries
 */
export async function shrink(
  program: Program,
  holds: (smaller: Program) => Promise<boolean>,
  most = 600,
): Promise<Program> {
  let smallest = program;
  let tries = 0;
  for (let found = true; found; ) {
    found = false;
    for (const smaller of smallerThan(smallest)) {
      if (tries++ >= most) return smallest;
      if (!(await holds(smaller))) continue;
      smallest = smaller;
      found = true;
      break;
    }
  }
  return smallest;
}

/** What is a little less than a program, the greatest steps first. */
function* smallerThan(program: Program): Generator<Program> {
  yield* without(program);
  for (const [index, step] of program.entries())
    for (const smaller of smallerSteps(step)) yield program.with(index, smaller);
}

/** Without halves of a list, then quarters, down to without one. */
function* without<Item>(list: readonly Item[], least = 0): Generator<Item[]> {
  for (let size = Math.floor(list.length / 2) || 1; size >= 1; size = Math.floor(size / 2))
    for (let at = list.length - size; at >= 0; at -= size)
      if (list.length - size >= least) yield list.toSpliced(at, size);
}

function* smallerSteps(step: Step): Generator<Step> {
  if (!('sent' in step)) return;
  if (step.cuts.length > 0) yield { ...step, cuts: [] };
  for (const cuts of without(step.cuts)) yield { ...step, cuts };
  for (const sent of without(step.sent, 1)) yield { ...step, sent };
  for (const [index, one] of step.sent.entries())
    for (const smaller of smallerCommands(one)) yield { ...step, sent: step.sent.with(index, smaller) };
  if (step.client === 1) yield { ...step, client: 0 };
}

function* smallerCommands(sent: Sent): Generator<Sent> {
  if ('bytes' in sent) {
    for (const bytes of shorter(sent.bytes)) yield { bytes };
    return;
  }
  const { words, inline } = sent;
  if (inline) yield { words };
  for (const fewer of without(words, 1)) yield { ...sent, words: fewer };
  for (const [index, word] of words.entries())
    for (const less of shorter(word)) yield { ...sent, words: words.with(index, less) };
}

/** Longest first, and not letter by letter of what is long. */
function* shorter(word: string): Generator<string> {
  if (word.length > 1) yield word.slice(0, 1);
  for (const letters of without([...word])) {
    const less = letters.join('');
    if (less.length > 0 && word.length - less.length >= word.length / 20) yield less;
  }
}
