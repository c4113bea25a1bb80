import { once } from 'node:events';
import { createServer } from 'node:net';
import { codeOf, messageOf } from '../lib/errors.ts';

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
    const choose = `choose another: ${command} --port ${port < 65_535 ? port + 1 : port - 1}`;
    if (codeOf(error) === 'EADDRINUSE') return `port ${port} is in use; ${choose}`;
    if (codeOf(error) === 'EACCES') return `port ${port} is for administrators alone; ${choose}`;
    return `port ${port} cannot be used: ${messageOf(error)}`;
  }
  server.close();
  await once(server, 'close');
  return undefined;
}
