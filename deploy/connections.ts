import { ACCOUNT_CONCURRENCY } from '../lib/core/adapter-options.ts';
import type { Need } from '../lib/core/config.ts';
import { CONNECTIONS } from '../lib/core/connections.ts';
import { ConfigError } from '../lib/core/errors.ts';
import type { Deployed } from './deployed.ts';
import { queueIdsOf } from './deployed.ts';
import { ofStage, type Settings } from './settings.ts';
import { concurrencyOf, sizeOf } from './sizes.ts';

type Server = keyof typeof CONNECTIONS;
const servers: readonly Server[] = ['mongodb', 'redis'];

/**
 * Compares what all functions at their most may hold with what the servers of a stage take, where it says that.
 * @throws ConfigError with both numbers, and the functions that count most
 */
export function checkConnections(deployed: readonly Deployed[], settings: Settings): void {
  const faults = servers.flatMap((server) => {
    const limit = settings.servers?.[server]?.connections;
    const fault = limit === undefined ? undefined : faultOf(server, limit, deployed, settings);
    return fault ? [fault] : [];
  });
  if (faults.length > 0) throw new ConfigError(`${ofStage(settings)}: ${faults.join('; ')}`);
}

function faultOf(server: Server, limit: number, deployed: readonly Deployed[], settings: Settings): string | undefined {
  const account = settings.accountConcurrency ?? ACCOUNT_CONCURRENCY;
  const using = deployed
    .filter(({ declaration }) => new Set<Need>(declaration.needs).has(server))
    .map((one) => ({ key: one.key, environments: Math.min(account, environmentsOf(one, settings)) }))
    .toSorted((a, b) => b.environments - a.environments);
  const together = using.reduce((sum, { environments }) => sum + environments, 0);
  const environments = Math.min(account, together);
  const held = environments * CONNECTIONS[server];
  if (held <= limit) return undefined;
  const most = using.slice(0, 3).map((one) => `${one.key} ${one.environments}`);
  return `servers.${server}.connections is ${limit}, and functions may hold ${held}: ${environments} at a time, ${CONNECTIONS[server]} each (${most.join(', ')} …); lower their concurrency or reservedConcurrency (functions), or have a larger server`;
}

/** The most that run at a time; only the account bounds what answers requests and reserves nothing. */
function environmentsOf(one: Deployed, settings: Settings): number {
  // The next run of the one begins minutes after its last has ended; CloudFormation asks the other once at a time.
  if (one.declaration.kind === 'scheduled' || one.declaration.kind === 'deployment') return 1;
  const concurrency = concurrencyOf(one, settings);
  if (concurrency === undefined) return sizeOf(one.key, settings).reservedConcurrency ?? Number.POSITIVE_INFINITY;
  return concurrency * queueIdsOf(one.declaration.queues?.consume ?? [], one).length;
}
