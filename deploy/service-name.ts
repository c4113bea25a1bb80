import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceName } from '../lib/core/config.ts';
import { ConfigError } from '../lib/core/errors.ts';

/**
 * The name of this service, for commands that run beside the deployment.
 * @throws ConfigError when serverless.yml does not say it
 */
export function serviceNameHere(project = join(import.meta.dirname, '..')): string {
  const text = readFileSync(join(project, 'serverless.yml'), 'utf8');
  const written = /^service: *(?<quote>['"]?)(?<name>[^\s'"]+)\k<quote>(?: +#.*| *)\r?$/m.exec(text)?.groups?.name;
  const name = serviceName.safeParse(written);
  if (!name.success) throw new ConfigError('serverless.yml: service: is missing, or no plain name');
  return name.data;
}
