import { messageOf } from '../../lib/core/errors.ts';

/** What one check of a stage showed. */
export interface Check {
  what: string;
  state: 'passed' | 'failed' | 'not shown';
  /** What was seen, or why it was not to be seen. */
  said: string;
  ms: number;
}

/** Why a check cannot be made from here: no fault of the stage. */
export class NotShown extends Error {}

/** What is asked, and what looks at it: it says what it saw. */
export type Question = readonly [what: string, look: () => Promise<string>];

/**
 * Asks one after another; each goes on with what those before it saw. What comes after a failed one is not tried.
 * @param now milliseconds, for how long a check took
 * @returns a check for each question; never throws for what one threw
 */
export async function askAll(questions: readonly Question[], now: () => number): Promise<Check[]> {
  const checks: Check[] = [];
  for (const [what, look] of questions) {
    const begun = now();
    const ms = () => Math.round(now() - begun);
    if (checks.some(({ state }) => state === 'failed')) {
      checks.push({ what, state: 'not shown', said: 'a check before it failed', ms: 0 });
      continue;
    }
    try {
      checks.push({ what, state: 'passed', said: await look(), ms: ms() });
    } catch (error) {
      const state = error instanceof NotShown ? 'not shown' : 'failed';
      checks.push({ what, state, said: messageOf(error), ms: ms() });
    }
  }
  return checks;
}

/** Whether no check failed. */
export const isGood = (checks: readonly Check[]): boolean => checks.every(({ state }) => state !== 'failed');
