import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../lib/core/errors.ts';

/**
 * The name of this service, for commands that run beside the deployment.
 * @throws ConfigError when serverless.yml does not say it
 */
export function serviceNameHere(project = join(import.meta.dirname, '..')): string {
  const name = /^service: (\S+)$/m.exec(readFileSync(join(project, 'serverless.yml'), 'utf8'))?.[1];
  if (name === undefined) throw new ConfigError('serverless.yml: service: is missing, or no plain name');
  return name;
}
