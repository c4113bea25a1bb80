import { createHash } from 'node:crypto';
import { planDatabase } from '../lib/adapters/mongo/schema.ts';
import { databaseOf } from '../lib/core/adapter-options.ts';
import type { Catalogue } from '../lib/core/catalogue.ts';
import { secretIn } from '../lib/core/secret-address.ts';
import { setup } from '../lib/wiring/functions/setup.ts';
import type { Deployed } from './deployed.ts';
import { functionId, functionKey, getArn } from './names.ts';
import type { Resource } from './queues.ts';
import { isLocal, type Settings } from './settings.ts';

/** Of the part of a stack that is a database as its event types declare it. */
export const SETUP_ID = 'DatabaseSetup';

/**
 * Room beside the function's own time for the seconds that a first start takes; without an answer CloudFormation waits no longer.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 */
const SERVICE_TIMEOUT = setup.timeoutSeconds + 60;

/**
 * The database of a stage, which the function `setup` makes. CloudFormation asks for it again when a property is another one, so
 * these say all that it depends on. None on this machine, whose start sets up.
 */
export const setupResourceOf = (catalogue: Catalogue, settings: Settings): Record<string, Resource> =>
  isLocal(settings)
    ? {}
    : {
        [SETUP_ID]: {
          Type: 'Custom::DatabaseSetup',
          Properties: {
            ServiceToken: getArn(functionId(functionKey(setup.name))),
            ServiceTimeout: SERVICE_TIMEOUT,
            ...serverIn(settings),
            Database: databaseIn(settings),
            Declarations: declarationsOf(catalogue),
          },
        },
      };

const databaseIn = ({ service: SERVICE, stage: STAGE, environment: { MONGODB_DATABASE } }: Settings): string =>
  databaseOf({ SERVICE, STAGE, MONGODB_DATABASE });

/** The secret that names another server would; an address that stands in the stage is not told. */
function serverIn({ environment, mongodbSetupUri }: Settings): { Server?: string } {
  const address = mongodbSetupUri ?? environment.MONGODB_URI ?? '';
  return secretIn(address) ? { Server: address } : {};
}

/** A hash of every collection with its validator and indexes, Sluice's own too, whatever the order in which files declare them. */
export function declarationsOf({ collections }: Pick<Catalogue, 'collections'>): string {
  const plans = planDatabase(collections).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(plans)).digest('hex').slice(0, 32);
}

/**
 * Until the database is as it is declared, what asks it stays what it was before, and so do the mappings that hand it messages:
 * they depend on their functions (protocol: setup-before-the-run).
 */
export const waitsForSetup = ({ declaration }: Pick<Deployed, 'declaration'>, settings: Settings): boolean =>
  !isLocal(settings) && declaration.kind !== setup.kind && declaration.needs.some((need) => need === 'mongodb');
