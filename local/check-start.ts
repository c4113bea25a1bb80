import { loadEventFolder } from '../deploy/event-types.ts';
import { readConfig } from '../lib/config.ts';
import { messageOf, SluiceError } from '../lib/errors.ts';
import { checkPort } from './check-port.ts';

/**
 * What can be told before anything is started: a port in use, a malformed address, a broken event file.
 * @returns one line, or undefined when all is well
 */
export async function checkStart(
  port: number,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const named = (['MONGODB_URI', 'REDIS_URL', 'SQS_ENDPOINT'] as const).filter((name) => env[name]);
  try {
    readConfig(named, env);
    await loadEventFolder();
  } catch (error) {
    if (error instanceof SluiceError) return messageOf(error);
    throw error;
  }
  return checkPort(port, 'npm start --');
}
