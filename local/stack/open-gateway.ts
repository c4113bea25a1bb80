import { parseSettings } from '../../deploy/settings.ts';
import { systemClock } from '../../lib/wiring/clock.ts';
import { httpFunctions } from '../../lib/wiring/functions/http-functions.ts';
import { backendLog } from '../terminal/output.ts';
import type { Framework } from './framework.ts';
import { namedHosts } from './gateway/admission.ts';
import { authorization } from './gateway/authorization.ts';
import { frontPageOf } from './gateway/front-page.ts';
import { attachGateway, type Gateway } from './gateway/gateway.ts';
import { listenerOf } from './gateway/listener.ts';
import type { Running } from './running.ts';

const failed = (routeKey: string, message: string): void =>
  backendLog.error(`${routeKey} was not answered: ${message}`);

/**
 * Puts the gateway before the functions.
 * @param host on which the framework's server listens
 */
export function openGateway(
  { backend, service, callers }: Pick<Running, 'backend' | 'service' | 'callers'>,
  { pluginManager, serviceDir, service: { provider, custom } }: Framework,
  host: string,
): Gateway {
  return attachGateway(listenerOf(pluginManager.plugins), {
    routes: backend.routes,
    authorize: authorization({
      open: callers === 'need none',
      anyone: routesForAnyone(),
      ask: backend.authorize,
      ttlSeconds: parseSettings(custom.sluice).authorizerTtl,
      clock: systemClock,
      failed,
    }),
    cors: provider.httpApi?.cors || undefined,
    hosts: [host, ...namedHosts(process.env)],
    front: frontPageOf(service, serviceDir),
    failed,
  });
}

const routesForAnyone = (): ReadonlySet<string> =>
  new Set(
    httpFunctions.flatMap(({ routes }) =>
      Object.entries(routes).flatMap(([route, access]) => (access === 'anyone' ? [route] : [])),
    ),
  );
