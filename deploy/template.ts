import { join } from 'node:path';
import type { Catalogue } from '../lib/core/catalogue.ts';
import type { FunctionDeclaration } from '../lib/wiring/functions/declaration.ts';
import { functions as declared } from '../lib/wiring/functions/functions.ts';
import { checkCaFile } from './ca-file.ts';
import { checkConnections } from './connections.ts';
import { corsOf } from './cors.ts';
import { deployedOf } from './deployed.ts';
import { domainOf } from './domain.ts';
import { checkEnvironment, checkEventSettings } from './environment.ts';
import { checkEnvironmentSizes } from './environment-size.ts';
import { loadEventFolder } from './event-types.ts';
import { functionsOf, type ServerlessFunction } from './functions.ts';
import { accessLogOf, apiStageOf, authorizersOf } from './http-api.ts';
import { checkNames } from './names.ts';
import { deploymentBucketOf, tagsOf } from './provider.ts';
import { queuePoliciesOf } from './queue-policies.ts';
import { queuesOf, type Resource } from './queues.ts';
import { keptLogs } from './retained.ts';
import { checkRoleSizes } from './role-size.ts';
import { rolesOf } from './roles.ts';
import { isLocal, parseSettings } from './settings.ts';
import { setupResourceOf } from './setup-resource.ts';
import { alarmsOf } from './signals/alarms.ts';
import { dashboardOf } from './signals/dashboard.ts';
import { topicResourcesOf } from './signals/topic.ts';
import { checkSizes } from './sizes.ts';

const root = join(import.meta.dirname, '..');

export interface Derived {
  tags: ReturnType<typeof tagsOf>;
  deploymentBucket: ReturnType<typeof deploymentBucketOf>;
  cors: ReturnType<typeof corsOf>;
  functions: Record<string, ServerlessFunction>;
  authorizers: ReturnType<typeof authorizersOf>;
  accessLog: ReturnType<typeof accessLogOf>;
  resources: {
    Resources: Record<string, Resource>;
    extensions?: ReturnType<typeof apiStageOf> & ReturnType<typeof keptLogs>;
  };
}

/**
 * Everything of the deployment that follows from the catalogue and the functions.
 * @param given the settings of the stage: `custom.sluice` of serverless.yml
 * @param catalogue all event files, unless a test says otherwise
 * @param functions those of the service, unless a test says otherwise
 * @throws ConfigError for settings, DefinitionError for event files
 */
export async function derive(
  given: unknown,
  catalogue?: Catalogue,
  functions: readonly FunctionDeclaration[] = declared,
): Promise<Derived> {
  const settings = parseSettings(given);
  const known = catalogue ?? (await loadEventFolder());
  checkNames(
    settings,
    known.entries.map(({ definition, ordered }) => ({ type: definition.type, ordered })),
  );
  checkEnvironment(functions, settings);
  checkCaFile(settings, root);
  checkEventSettings(known, settings);
  const deployed = deployedOf(functions, known);
  checkSizes(deployed, settings);
  checkConnections(deployed, settings);
  const packaged = functionsOf(deployed, settings);
  checkEnvironmentSizes(packaged, settings);
  const queues = queuesOf(known, settings);
  const roles = rolesOf(deployed, settings);
  checkRoleSizes(deployed, { ...queues, ...roles }, settings);
  return {
    tags: tagsOf(settings),
    deploymentBucket: deploymentBucketOf(settings),
    cors: corsOf(functions, settings),
    authorizers: authorizersOf(settings),
    accessLog: accessLogOf(settings),
    functions: packaged,
    resources: {
      Resources: {
        ...queues,
        ...queuePoliciesOf(deployed),
        ...roles,
        ...topicResourcesOf(settings),
        ...alarmsOf(deployed, settings),
        ...dashboardOf(deployed, settings),
        ...domainOf(settings),
        ...setupResourceOf(known, settings),
      },
      ...(!isLocal(settings) && { extensions: { ...apiStageOf(settings), ...keptLogs(deployed, settings) } }),
    },
  };
}
