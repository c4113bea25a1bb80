import { once } from 'node:events';
import { createServer } from 'node:net';
import { codeOf, messageOf } from '../../lib/core/errors.ts';

/** What a person types to choose a port for the whole stack. */
export const START = 'npm start --';

/** Says which port is taken, and how another is chosen. */
export const portInUse = (port: number, command: string): string =>
  `port ${port} is in use; choose another: ${command} --port ${port < 65_535 ? port + 1 : port - 1}`;

/**
 * Whether a port of the loopback interface can be listened on.
 * @param port 0 always can
 * @param command what a person types to choose one: `npm start --`
 * @returns one line that says why not and what to do, or undefined
 */
export async function checkPort(port: number, command: string): Promise<string | undefined> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return `--port must be 0 to 65535`;
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return portInUse(port, command);
    return `port ${port} cannot be used: ${messageOf(error)}`;
  }
  server.close();
  await once(server, 'close');
  return undefined;
}
