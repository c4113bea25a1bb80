import { ConfigError } from '../lib/core/errors.ts';
import { filledInJson } from './filled-in.ts';
import type { ServerlessFunction } from './functions.ts';
import { isLocal, ofStage, type Settings } from './settings.ts';

/** Of all variables of a function, as JSON: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = 4096;

/**
 * Lambda refuses such a function in the middle of a deployment.
 * @throws ConfigError for a function whose variables are more than Lambda takes, with the longest of them
 */
export function checkEnvironmentSizes(
  functions: Readonly<Record<string, Pick<ServerlessFunction, 'environment'>>>,
  settings: Settings,
): void {
  if (isLocal(settings)) return;
  for (const [key, { environment }] of Object.entries(functions)) {
    const bytes = bytesOf(environment);
    if (bytes <= MOST_BYTES) continue;
    const longest = Object.entries(environment)
      .map(([name, value]) => ({ name, bytes: bytesOf(value) }))
      .toSorted((a, b) => b.bytes - a.bytes)
      .slice(0, 3)
      .map(({ name, bytes }) => `${name} ${bytes}`);
    throw new ConfigError(
      `${ofStage(settings)}: functions.${key}: its environment has ${bytes} bytes, more than the ${MOST_BYTES} that Lambda takes; the longest: ${longest.join(', ')}`,
    );
  }
}

const bytesOf = (value: unknown): number => Buffer.byteLength(filledInJson(value));
