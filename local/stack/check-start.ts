import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkEventFiles } from '../../deploy/apart/shape.ts';
import { readConfig } from '../../lib/core/config.ts';
import { ConfigError, codeOf, messageOf } from '../../lib/core/errors.ts';
import { SluiceError } from '../../lib/sdk/errors.ts';
import { checkPort, START } from './check-port.ts';
import { namedHosts } from './gateway/admission.ts';

/** Engines, functions and a few hundred callers at once; Node takes all that it may have. */
const OPEN_FILES = 1024;

/** What a start may be told by variables, in a word each. */
const words = [
  ['SLUICE_ENGINES', ['embedded', 'found']],
  ['SLUICE_STATE', ['none', 'fresh', 'kept']],
] as const;

/**
 * What can be told before anything is started: a port in use, a malformed address or name, an event file that is broken or does not end, no place for temporary files,
 * too few open files.
 * @returns one line, or undefined when all is well
 */
export async function checkStart(
  port: number,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const named = (['MONGODB_URI', 'REDIS_URL', 'SQS_ENDPOINT'] as const).filter((name) => env[name]);
  try {
    readConfig(named, env);
    for (const [name, known] of words) checkWord(name, known, env[name]);
    namedHosts(env);
    await checkEventFiles();
  } catch (error) {
    if (error instanceof SluiceError) return messageOf(error);
    throw error;
  }
  return (await checkTemporaryFolder()) ?? checkOpenFiles() ?? checkPort(port, START);
}

/** @throws ConfigError: a slip would start something else than was meant, without a word */
function checkWord(name: string, known: readonly string[], given: string | undefined): void {
  if (given && !known.includes(given))
    throw new ConfigError(`environment: ${name} must be ${known.join(' or ')}, and is "${given}"`);
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

/** Callers that take the last of them would leave none for the functions that are to answer them. */
function checkOpenFiles(): string | undefined {
  const limit = Number(openFiles());
  if (!(limit < OPEN_FILES)) return undefined;
  return `a process may have only ${limit} files and connections open here, and needs ${OPEN_FILES}; raise the limit: ulimit -n ${OPEN_FILES}`;
}

/** `unlimited` on some systems, and unknown on Windows. */
function openFiles(): number | string | undefined {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: number | string } } };
  return userLimits?.open_files?.soft;
}
