import type { Server } from 'node:http';

/**
 * The HTTP server under the one of serverless-offline, which keeps its own to itself but for this.
 * @param plugins of the framework
 * @throws Error when serverless-offline is not among them, or gives no access any more
 */
export function listenerOf(plugins: readonly object[]): Server {
  const offline = plugins.find((plugin) => plugin.constructor.name === 'ServerlessOffline') as
    | { internals?(): { getApiGatewayServer?(): { listener?: Server } } }
    | undefined;
  const listener = offline?.internals?.().getApiGatewayServer?.().listener;
  if (!listener) throw new Error('serverless-offline is not loaded, or no longer gives access to its server');
  return listener;
}
