import canonicalize from 'canonicalize';
import type { Catalogue } from '../../lib/core/catalogue.ts';
import { ConfigError } from '../../lib/core/errors.ts';
import { stageFileName } from '../stage-file-name.ts';
import { checkChanges, stillMeant } from './changes.ts';
import { EMPTY_LOCK, LOCK, readLock, readMeant, releasedOf, writeLock, writeMeant } from './lock.ts';

/** What is packaged, and for which stage. */
export interface Release {
  /** Absolute path of the project. */
  project: string;
  stage: string;
  /** Whether what the stage holds outlives what is deployed. */
  retain: boolean;
  catalogue: Catalogue;
  /** Where event files lie, from the project. */
  folder: string;
}

/** @throws ConfigError for a catalogue that would lose events of any stage that retains (docs/decisions/0038) */
export function checkReleased({ project, catalogue, folder }: Pick<Release, 'project' | 'catalogue' | 'folder'>): void {
  checkChanges(readLock(project), readMeant(project), catalogue, folder);
}

/**
 * Writes into the lock that this catalogue is released to a stage.
 * @returns a line that says what to do with it
 * @throws ConfigError as checkReleased, and for a stage that retains nothing
 */
export function release(one: Release): string {
  const { project, stage, retain, catalogue } = one;
  if (!retain)
    throw new ConfigError(`${stageFileName(stage)}: retain is not true, so that ${LOCK} has nothing to hold for it`);
  checkReleased(one);
  const before = readLock(project);
  const after = { ...before, stages: { ...before.stages, [stage]: releasedOf(catalogue) } };
  writeLock(project, after);
  writeMeant(project, stillMeant(readMeant(project), after, catalogue));
  return `${LOCK} holds ${catalogue.types.length} event types of stage ${stage}: commit it, then deploy`;
}

/** @throws ConfigError where the lock would not know what this deployment brings to a stage that retains */
export function checkRecorded({ project, stage, retain, catalogue }: Release): void {
  if (!retain) return;
  const recorded = readLock(project).stages[stage] ?? {};
  if (canonicalize(recorded) === canonicalize(releasedOf(catalogue))) return;
  throw new ConfigError(
    `${LOCK} does not hold what is deployed to ${stage}: npm run release -- --stage ${stage}, commit what it writes, then deploy`,
  );
}

/** @throws ConfigError where something was released */
export function checkUnreleased(project: string): void {
  const { stages } = readLock(project);
  const [stage, types] = Object.entries(stages).find(([, one]) => Object.keys(one).length > 0) ?? [];
  if (stage !== undefined && types)
    throw new ConfigError(
      `released to ${stage}: ${Object.keys(types).join(', ')} (${LOCK}), whose events would be lost: take out one event type after the other, as docs/deploy.md says`,
    );
}

/**
 * For whoever begins with event types of their own.
 * @throws ConfigError where something was released
 */
export function resetLock(project: string): void {
  checkUnreleased(project);
  writeLock(project, EMPTY_LOCK);
}
