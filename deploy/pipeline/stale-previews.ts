import type { Stack } from './aws.ts';

/** A stage of a pull request, as `pr12`. */
export const isPreview = (stage: string): boolean => /^pr\d{1,9}$/.test(stage);

export interface Preview {
  stage: string;
  /** Since it was made or changed last. */
  hours: number;
  status: string;
}

/** Of these something else takes care, or nothing can be done yet. */
const BUSY = /_IN_PROGRESS$/;
/** Tag of each stack (deploy/provider.ts). */
const STAGE_TAG = 'stage';

/**
 * Previews that nobody has changed for so long; the oldest first. A stack counts as one by its name and by its tag, both.
 * @param service name of this service: stacks of others are none of ours
 * @param now milliseconds since 1970
 */
export function stalePreviews(stacks: readonly Stack[], service: string, hours: number, now: number): Preview[] {
  return stacks
    .flatMap((stack) => {
      const stage = stack.Tags.find(({ Key }) => Key === STAGE_TAG)?.Value ?? '';
      if (!isPreview(stage) || stack.StackName !== `${service}-${stage}`) return [];
      const age = (now - Date.parse(stack.LastUpdatedTime ?? stack.CreationTime)) / 3_600_000;
      return age > hours && !BUSY.test(stack.StackStatus) ? [{ stage, hours: age, status: stack.StackStatus }] : [];
    })
    .toSorted((one, other) => other.hours - one.hours);
}
