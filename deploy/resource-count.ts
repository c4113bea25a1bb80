import { DefinitionError } from '../lib/sdk/errors.ts';
import type { Settings } from './settings.ts';

/** CloudFormation takes 500 a stack; the rest is room for what the framework adds. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAX_RESOURCES = 450;

/** Queue, function, its role, mapping and log group, and five alarms; one more where one alarm tells for all of them. */
export const resourcesOfType = (alarms: Partial<Settings['alarms']> = {}): number => (alarms.byType ? 11 : 10);

/**
 * @param ofType how many an event type takes
 * @returns a line with the count, and how many types there is still room for
 * @throws DefinitionError with the count when a template has more resources than one stack should
 */
export function checkResourceCount({ Resources }: { Resources: Record<string, unknown> }, ofType: number): string {
  const count = Object.keys(Resources).length;
  if (count > MAX_RESOURCES)
    throw new DefinitionError(
      `the template has ${count} resources, more than the ${MAX_RESOURCES} that leave room below CloudFormation's 500: deploy some event types as a service of their own`,
    );
  const more = Math.floor((MAX_RESOURCES - count) / ofType);
  return `${count} of ${MAX_RESOURCES} resources; a type takes ${ofType}, so ${more} more fit`;
}
