import { readApiKey } from '../core/access/api-key.ts';
import type { ApiKeys } from '../ports/api-keys.ts';
import { createKnownKeys, type KnownKeysPorts } from './known-keys.ts';
import { createNoteUse } from './note-use.ts';
import { type Verdict, verdictOn } from './verdict.ts';

export interface LookUpPorts extends KnownKeysPorts {
  keys: Pick<ApiKeys, 'byHash' | 'used'>;
  /** Whose keys open something here. */
  stage: string;
}

/**
 * Says who calls, by the text of a key. One such function serves a whole process: it remembers, within bounds.
 * @returns for a text, as it was sent, a verdict; never one where nobody can say
 * @throws from that: DependencyError, NewerFormatError; whoever called may repeat it
 */
export function createLookUp({ stage, ...ports }: LookUpPorts): (text: string) => Promise<Verdict> {
  const find = createKnownKeys(ports);
  const noteUse = createNoteUse(ports);
  return async (text) => {
    const read = readApiKey(text);
    if (!read) return { refused: 'malformed' };
    if (read.stage !== stage) return { refused: 'other-stage' };
    const known = await find(read.hash);
    if (typeof known === 'string') return { refused: known };
    const verdict = verdictOn(known, read.hash, ports.clock.now());
    if ('identity' in verdict) noteUse(known.key.id);
    return verdict;
  };
}
