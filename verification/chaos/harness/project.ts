import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyProject, type ProjectCopy } from '../../../test/support/project-copy.ts';
import { type Patch, patched } from '../../mutants/mutant.ts';

const types = join(import.meta.dirname, '../types');
/** What an experiment needs beside the service, to run within the copy. */
const BESIDES = ['verification/chaos', 'test/support', 'verification/mutants/mutant.ts'];

/**
 * Times of a consumer, shortened alike in every arm: what takes minutes after a crash takes seconds. The order between them stays.
 */
const shortTimes: readonly Patch[] = [
  {
    name: 'time beside a handler',
    file: 'lib/core/function-time.ts',
    search: 'BESIDE_SECONDS = 10',
    replace: 'BESIDE_SECONDS = 3',
  },
  {
    name: 'time kept back',
    file: 'lib/core/function-time.ts',
    search: 'RESERVE_MS = 5000',
    replace: 'RESERVE_MS = 1500',
  },
  {
    name: 'time to settle of joint runs',
    file: 'lib/consume/joint-time.ts',
    search: 'LEAST_SETTLE_MS = 1000',
    replace: 'LEAST_SETTLE_MS = 100',
  },
  { name: 'time to answer', file: 'lib/core/function-time.ts', search: 'ANSWER_MS = 1500', replace: 'ANSWER_MS = 700' },
  { name: 'visibility', file: 'deploy/queues.ts', search: 'VISIBILITY_FACTOR = 6', replace: 'VISIBILITY_FACTOR = 2' },
  {
    name: 'first return in an outage',
    file: 'lib/consume/retry.ts',
    search: 'OUTAGE_BASE = 5;',
    replace: 'OUTAGE_BASE = 1;',
  },
  {
    name: 'later returns in an outage',
    file: 'lib/consume/retry.ts',
    search: 'OUTAGE_FLOOR = 600;',
    replace: 'OUTAGE_FLOOR = 5;',
  },
];

/**
 * The project in a folder of its own, with the event types of the experiments beside those that are declared.
 * @param patches what the arm does otherwise
 * @throws Error when a patch no longer applies
 */
export function chaosProject(patches: readonly Patch[] = []): ProjectCopy {
  const copy = copyProject(BESIDES);
  for (const file of readdirSync(types)) {
    const text = readFileSync(join(types, file), 'utf8');
    copy.write(`functions/events/${file}`, text.replaceAll("'../../../lib/", "'../../lib/"));
  }
  for (const patch of [...shortTimes, ...patches]) {
    const file = join(copy.folder, patch.file);
    writeFileSync(file, patched(patch, readFileSync(file, 'utf8')));
  }
  return copy;
}
