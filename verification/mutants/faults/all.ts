import type { Mutant } from '../mutant.ts';
import { access } from './access.ts';
import { atOnceFaults } from './at-once.ts';
import { bindingMutants } from './binding.ts';
import { database } from './database.ts';
import { deliveries } from './delivering.ts';
import { deploying } from './deploying.ts';
import { documents } from './documents.ts';
import { ends } from './ends.ts';
import { fairness } from './fairness.ts';
import { growth } from './growth.ts';
import { handlers } from './handlers.ts';
import { hostileFaults } from './hostile.ts';
import { jobFaults } from './jobs.ts';
import { letters } from './letters.ts';
import { limits } from './limits.ts';
import { messages } from './messages.ts';
import { network } from './network.ts';
import { openApiFaults } from './openapi.ts';
import { overTime } from './over-time.ts';
import { packageFaults } from './packages.ts';
import { rates } from './rates.ts';
import { requests } from './requests.ts';
import { secrets } from './secrets.ts';
import { sensitive } from './sensitive.ts';
import { setup } from './setup.ts';
import { signals } from './signals.ts';
import { silence } from './silence.ts';
import { stages } from './stages.ts';
import { thrownErrors } from './thrown.ts';
import { told } from './told.ts';

/** Most need no engine; the engines of the others are right. */
export const faultsOptions = { sharedEngines: true, mutantMs: 60_000 };

/** What was once found wrong from outside, put back into lib/, deploy/ and local/: each is caught by the test that was written for it. */
export const faultMutants: readonly Mutant[] = [
  ...[...documents, ...messages, ...requests, ...thrownErrors, ...handlers],
  ...[...growth, ...jobFaults, ...silence, ...limits, ...letters, ...fairness],
  ...[...stages, ...setup, ...access, ...rates, ...told, ...bindingMutants, ...network, ...openApiFaults],
  ...[...hostileFaults, ...atOnceFaults, ...sensitive, ...ends, ...signals, ...packageFaults, ...deploying],
  ...[...database, ...secrets, ...deliveries, ...overTime],
];
