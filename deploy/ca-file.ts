import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { ConfigError, codeOf, messageOf } from '../lib/core/errors.ts';
import { isLocal, type Settings } from './settings.ts';

/** Where Lambda unpacks a function. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const TASK_ROOT = '/var/task';
const CERTIFICATE =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;
const SETTING = 'caFile of the stage';

/**
 * The certificates of the authorities that a stage trusts beside the known ones, as a path of the project with `/`.
 * @returns undefined where the stage names none, and on stage local, whose functions have what the machine has
 */
export const caFileOf = (settings: Settings): string | undefined =>
  settings.caFile && !isLocal(settings) ? normalize(settings.caFile).split(sep).join('/') : undefined;

/** For Node, which reads it when it starts. https://nodejs.org/docs/latest-v24.x/api/cli.html#node_extra_ca_certsfile */
export function caVariables(settings: Settings): Record<string, string> {
  const file = caFileOf(settings);
  return file === undefined ? {} : { NODE_EXTRA_CA_CERTS: `${TASK_ROOT}/${file}` };
}

/**
 * Node only warns of a file that it cannot use, in a log that nobody reads, and then trusts nobody more: so that is told here.
 * @param folder the project
 * @throws ConfigError for a file that cannot be packaged, is missing, or has anything but certificates
 */
export function checkCaFile(settings: Settings, folder: string): void {
  const file = caFileOf(settings);
  if (file === undefined) return;
  if (isAbsolute(file) || file.startsWith('../') || /[^\w./@+ -]/.test(file))
    throw new ConfigError(`${SETTING}: "${file}" must be a path below the project, of letters, digits and ./@+_-`);
  const text = read(join(folder, file), file);
  if (/PRIVATE KEY-----/.test(text))
    throw new ConfigError(`${SETTING}: ${file} has a private key, which is not deployed`);
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw new ConfigError(`${SETTING}: ${file} has no certificate (PEM)`);
  certificates.forEach((one, index) => {
    try {
      new X509Certificate(one);
    } catch (cause) {
      throw new ConfigError(`${SETTING}: certificate ${index + 1} of ${file} cannot be read: ${messageOf(cause)}`, {
        cause,
      });
    }
  });
}

function read(path: string, file: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${SETTING}: ${file} cannot be read (${codeOf(cause)})`, { cause });
  }
}
