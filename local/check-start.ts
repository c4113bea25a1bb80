import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEventFolder } from '../deploy/event-types.ts';
import { readConfig } from '../lib/config.ts';
import { codeOf, messageOf, SluiceError } from '../lib/errors.ts';
import { checkPort, START } from './check-port.ts';

/**
 * What can be told before anything is started: a port in use, a malformed address, a broken event file, no place for temporary files.
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
  return (await checkTemporaryFolder()) ?? checkPort(port, START);
}

/** The log and what a database writes are there. */
async function checkTemporaryFolder(): Promise<string | undefined> {
  try {
    await rm(await mkdtemp(join(tmpdir(), 'sluice-')), { recursive: true });
    return undefined;
  } catch (error) {
    return `the temporary folder ${tmpdir()} cannot be written (${codeOf(error)}); set TMPDIR to one that can`;
  }
}
