import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { serialize } from 'node:v8';
import { cacheFolder } from './cache-folder.ts';
import type { Framework } from './framework.ts';

type Checking = Pick<Framework, 'serviceDir' | 'version' | 'configSchemaHandler'>;

/**
 * Lets the framework check a configuration of this project once: one that it found good is good. Its schema, of all that AWS has, is
 * 8 MB of code, and a check takes a third of a second and 150 MB that the process keeps. One that it mends as it checks, it checks each time.
 */
export function checkOnce({ serviceDir, version, configSchemaHandler }: Checking): void {
  const folder = join(cacheFolder(serviceDir), 'sluice-checked');
  const check = configSchemaHandler.validateConfig.bind(configSchemaHandler);
  configSchemaHandler.validateConfig = async (configuration) => {
    const bytes = serialize([version, configSchemaHandler.schema, configuration]);
    const good = join(folder, createHash('sha256').update(bytes).digest('hex'));
    if (existsSync(good)) return;
    const before = structuredClone(configuration);
    await check(configuration);
    if (!isDeepStrictEqual(configuration, before)) return;
    remember(folder, good);
  };
}

/** Where it cannot be written down it is checked again the next time, which is no fault of a start. */
function remember(folder: string, good: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(good, '');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}
