import { readAwsAccess } from '../core/config.ts';
import { lazy } from '../core/lazy.ts';
import type { SecretName } from '../core/secret-address.ts';
import type { Secrets } from '../ports/secrets.ts';

const TIMEOUT_MS = 3000;

/**
 * Where addresses are: in Secrets Manager; what asks it is loaded at the first read. Not beside the store of event types' secrets, whose
 * driver most functions do without (lib/wiring/secrets.ts).
 * @param secrets by the variable that names each
 */
export function addressSecretsOn(secrets: ReadonlyMap<string, SecretName>, timeoutMs = TIMEOUT_MS): Secrets {
  const store = lazy(async () => {
    const { secretsManager } = await import('../adapters/secrets-manager/secrets-manager.ts');
    return secretsManager({ ...readAwsAccess(), secrets, timeoutMs });
  });
  return { read: async (names) => (await store()).read(names) };
}
