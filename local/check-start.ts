import { once } from 'node:events';
import { createServer } from 'node:net';
import { loadEventFolder } from '../deploy/event-types.ts';
import { readConfig } from '../lib/config.ts';
import { codeOf, messageOf, SluiceError } from '../lib/errors.ts';

/**
 * What can be told before anything is started: a port in use, a malformed address, a broken event file.
 * @returns one line, or undefined when all is well
 */
export async function checkStart(
  port: number,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return `--port must be 0 to 65535`;
  const named = (['MONGODB_URI', 'REDIS_URL', 'SQS_ENDPOINT'] as const).filter((name) => env[name]);
  try {
    readConfig(named, env);
    await loadEventFolder();
  } catch (error) {
    if (error instanceof SluiceError) return messageOf(error);
    throw error;
  }
  return checkPort(port);
}

async function checkPort(port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE')
      return `port ${port} is in use; choose another: npm start -- --port ${port + 1}`;
    return `port ${port} cannot be used: ${messageOf(error)}`;
  }
  server.close();
  await once(server, 'close');
  return undefined;
}
