import { ConfigError } from '../lib/core/errors.ts';
import type { Deployed } from './deployed.ts';
import { eventFolder } from './event-folder.ts';
import { filledInJson } from './filled-in.ts';
import { roleId } from './names.ts';
import type { Resource } from './queues.ts';
import { isLocal, ofStage, type Settings } from './settings.ts';

/** Of all inline policies of a role, white space not counted: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_CHARACTERS = 10_240;

/**
 * IAM refuses such a role in the middle of a deployment.
 * @param resources the roles, and the queues that they name
 * @throws ConfigError for a function whose rights take more than IAM does, with the event file that asks for most of them
 */
export function checkRoleSizes(
  deployed: readonly Deployed[],
  resources: Readonly<Record<string, Resource>>,
  settings: Settings,
): void {
  if (isLocal(settings)) return;
  const nameOf = (id: string): string | undefined => {
    const name = resources[id]?.Properties.QueueName;
    return typeof name === 'string' ? name : undefined;
  };
  for (const { key, entry } of deployed) {
    const policies = resources[roleId(key)]?.Properties.Policies;
    const characters = Array.isArray(policies)
      ? policies.reduce((sum: number, { PolicyDocument }) => sum + filledInJson(PolicyDocument, nameOf).length, 0)
      : 0;
    if (characters <= MOST_CHARACTERS) continue;
    const why = entry && `; ${eventFolder().name}/${entry.definition.type}.ts asks for most of them in its permissions`;
    throw new ConfigError(
      `${ofStage(settings)}: functions.${key}: its rights have ${characters} characters, more than the ${MOST_CHARACTERS} that IAM takes${why ?? ''}`,
    );
  }
}
