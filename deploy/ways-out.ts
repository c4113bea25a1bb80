import type { Catalogue } from '../lib/core/catalogue.ts';
import { consumerName } from '../lib/core/names.ts';
import { secretNames } from '../lib/sdk/settings.ts';
import { secretsIn } from './environment.ts';
import type { Settings } from './settings.ts';

/**
 * What functions in a VPC need a way to, beside MongoDB and Redis: an endpoint in the VPC, or NAT. Without one they wait until their
 * time is over, and so does a deployment.
 * @returns a line; none where no VPC is named
 */
export function waysOut(
  { vpc, tracing, environment = {} }: Partial<Pick<Settings, 'vpc' | 'tracing' | 'environment'>>,
  { entries }: Pick<Catalogue, 'entries'>,
): string[] {
  if (!vpc) return [];
  const withSecrets = entries
    .map(({ definition }) => definition)
    .filter(({ env }) => secretNames(env).length > 0)
    .map(({ type }) => consumerName(type));
  const ways = [
    'sqs (queues)',
    ...(secretsIn(environment).length > 0 ? ['secretsmanager (addresses)'] : []),
    's3 (what setup answers CloudFormation)',
    ...(tracing ? ['what takes the traces'] : []),
    ...(withSecrets.length > 0 ? [`ssm (secrets of ${withSecrets.join(', ')})`] : []),
  ];
  return [`in the VPC functions need a way to ${ways.join(', ')}, beside MongoDB and Redis: docs/deploy.md, "VPC"`];
}
