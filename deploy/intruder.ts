import { functions } from '../lib/wiring/functions/functions.ts';

/** Folders that stay at home. */
const AT_HOME = /^(deploy|local|client|test|verification)\//;

const DRIVERS = [
  { need: 'mongodb', driver: 'mongodb' },
  { need: 'redis', driver: 'ioredis' },
  { need: 'sqs', driver: '@aws-sdk/client-sqs' },
  { need: 'secrets', driver: '@aws-sdk/client-ssm' },
] as const;

/**
 * Says what must not be in a bundle: what stays at home, the driver of something that its function does not need,
 * another function.
 * @param entry name of the file in functions/
 * @param inputs paths of the files that esbuild put into its bundle, relative to the project
 */
export function intruder(entry: string, inputs: readonly string[]): string | undefined {
  const stray = inputs.find((input) => AT_HOME.test(input));
  if (stray) return `functions/${entry}.ts: ${stray} must not be deployed, and something imports it`;
  const declared = functions.find(({ name }) => name === entry);
  if (!declared) return undefined;
  for (const { need, driver } of DRIVERS) {
    const file = inputs.find((input) => input.startsWith(`node_modules/${driver}/`));
    if (file && !declared.needs.includes(need))
      return `functions/${entry}.ts: the ${driver} driver (${file}) is in its bundle, its declaration has no ${need}`;
  }
  const other = functions.find(({ name }) => name !== entry && inputs.includes(`lib/wiring/${name}.ts`));
  return other && `functions/${entry}.ts: ${other.name} (lib/wiring/${other.name}.ts) is in its bundle`;
}
