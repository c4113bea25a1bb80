import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';

/** As many as the SDK's own agent has. */
const MOST = 50;
/** Gateways forget idle connections without a word, after 350 s in AWS; a frozen function does not see it happen. */
const IDLE_MS = 60_000;

/**
 * Kept-alive connections for the SDK, which by itself uses one again however long it rested.
 * @returns its agents, and what closes the connections that have rested too long: to be called before each request
 */
export function keptConnections() {
  const options = { keepAlive: true, maxSockets: MOST };
  const agents = { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) };
  const restsSince = new WeakMap<Socket, number>();
  for (const agent of Object.values(agents))
    agent.on('free', (socket: Socket) => void restsSince.set(socket, Date.now()));
  return {
    agents,
    dropRested() {
      const now = Date.now();
      for (const { freeSockets } of Object.values(agents))
        for (const socket of Object.values(freeSockets).flat())
          if (socket && now - (restsSince.get(socket) ?? now) > IDLE_MS) socket.destroy();
    },
  };
}
