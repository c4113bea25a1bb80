import { z } from 'zod';
import { ConfigError } from '../../lib/core/errors.ts';
import { ask, type Variables } from './framework.ts';

/** A stack of CloudFormation, as far as anybody here asks. */
const stack = z.object({
  StackName: z.string(),
  StackStatus: z.string(),
  CreationTime: z.string(),
  LastUpdatedTime: z.string().optional(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
  Outputs: z.array(z.object({ OutputKey: z.string(), OutputValue: z.string() })).default([]),
});
export type Stack = z.output<typeof stack>;
const stacks = z.object({ Stacks: z.array(stack) });
const template = z.object({ TemplateBody: z.unknown() });

/** The command line of AWS, which runners have. */
export type Aws = (...args: string[]) => Promise<unknown>;

/** @param env credentials and region */
export const awsWith =
  (env: Variables): Aws =>
  async (...args) =>
    JSON.parse((await ask(['aws', ...args, '--output', 'json'], env)) || 'null');

/** @returns undefined where there is none */
export const stackOf = (aws: Aws, name: string): Promise<Stack | undefined> =>
  unlessMissing(
    async () => stacks.parse(await aws('cloudformation', 'describe-stacks', '--stack-name', name)).Stacks[0],
  );

export const allStacks = async (aws: Aws): Promise<Stack[]> =>
  stacks.parse(await aws('cloudformation', 'describe-stacks')).Stacks;

/** @returns the template that is deployed; undefined where there is no stack */
export const templateOf = (aws: Aws, name: string): Promise<unknown> =>
  unlessMissing(
    async () => template.parse(await aws('cloudformation', 'get-template', '--stack-name', name)).TemplateBody,
  );

/** @returns undefined where what is looked for does not exist */
export async function unlessMissing<Value>(look: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ConfigError && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

const alarms = z.object({
  MetricAlarms: z.array(z.object({ AlarmName: z.string() })).default([]),
  CompositeAlarms: z.array(z.object({ AlarmName: z.string() })).default([]),
});

/**
 * Alarms that fire at this moment, by their names.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export async function firingAlarms(aws: Aws, prefix: string): Promise<string[]> {
  const which = ['--state-value', 'ALARM', '--alarm-name-prefix', prefix];
  const of = ['--alarm-types', 'MetricAlarm', 'CompositeAlarm'];
  const { MetricAlarms, CompositeAlarms } = alarms.parse(await aws('cloudwatch', 'describe-alarms', ...which, ...of));
  return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName }) => AlarmName);
}
