import { DefinitionError } from '../lib/sdk/errors.ts';

/** CloudFormation takes 500 a stack; the rest is room for what the framework adds. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAX_RESOURCES = 450;

/**
 * @returns a line with the count
 * @throws DefinitionError with the count when a template has more resources than one stack should
 */
export function checkResourceCount({ Resources }: { Resources: Record<string, unknown> }): string {
  const count = Object.keys(Resources).length;
  if (count > MAX_RESOURCES)
    throw new DefinitionError(
      `the template has ${count} resources, more than the ${MAX_RESOURCES} that leave room below CloudFormation's 500: deploy some event types as a service of their own`,
    );
  return `${count} of ${MAX_RESOURCES} resources`;
}
