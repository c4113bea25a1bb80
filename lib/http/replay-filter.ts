import { failureCauses, failureStates } from '../core/failure.ts';
import type { ReplayFilter } from '../ports/replay-jobs.ts';
import { listOf, objectOf, type Reader, type Readers, textUpTo, timestamp, word } from './members.ts';
import { LONGEST_TEXT, MOST_IDS } from './replay-limits.ts';

/** It is said outright, because nothing else stands between a slip and a replay of everything. */
export const EVERY_OPEN = '{} is every failure that is open or failed again';

const text = textUpTo(LONGEST_TEXT);
const members: Readers<Required<ReplayFilter>> = {
  type: text,
  cause: word(failureCauses),
  code: text,
  group: text,
  status: listOf(word(failureStates), failureStates.length),
  source: text,
  since: timestamp,
  until: timestamp,
  ids: listOf(text, MOST_IDS),
};

/** The filter of a body. */
export const replayFilter: Reader<ReplayFilter> = objectOf(members, EVERY_OPEN);
