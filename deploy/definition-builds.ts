import { createHash } from 'node:crypto';
import type { Build } from '../lib/core/build.ts';
import type { EventFile } from '../lib/core/catalogue.ts';
import { ConfigError } from '../lib/core/errors.ts';

/** What a compiled event file exports its build as. */
const NAME = 'sluiceBuild' satisfies keyof EventFile;

/** The last line of a compiled file; what is put before it moves nothing that a map tells of. */
const MAP_LINE = '//# sourceMappingURL=';

/**
 * When this build is made, which orders it among others (docs/decisions/0028-a-definition-knows-its-build.md).
 * @param environment SLUICE_BUILD_TIME, seconds since the epoch, for whoever wants the same artefact of the same sources
 * @param now milliseconds since the epoch
 * @returns RFC 3339
 * @throws ConfigError when SLUICE_BUILD_TIME is no such number
 */
export function buildTime(
  { SLUICE_BUILD_TIME: given }: Readonly<Record<string, string | undefined>>,
  now: number,
): string {
  if (!given) return new Date(now).toISOString();
  if (!/^\d{1,11}$/.test(given))
    throw new ConfigError(`environment: SLUICE_BUILD_TIME must be whole seconds since 1970, and "${given}" is none`);
  return new Date(Number(given) * 1000).toISOString();
}

/**
 * Which build each event file is (protocol: schema-again): by all that is in it, whichever function it lies beside.
 * @param contents of all compiled files by path
 * @param eventFiles paths of the event files, each with the paths of all that it loads, itself too
 */
export function buildsOf(
  contents: ReadonlyMap<string, Uint8Array>,
  eventFiles: ReadonlyMap<string, readonly string[]>,
  time: string,
): Map<string, Build> {
  const hashes = new Map<string, string>();
  const hashOf = (path: string): string => {
    const hash = hashes.get(path) ?? sha256(contents.get(path) ?? '');
    hashes.set(path, hash);
    return hash;
  };
  return new Map(
    [...eventFiles].map(([path, loaded]) => [
      path,
      { hash: sha256(loaded.map(hashOf).sort().join()).slice(0, 16), time },
    ]),
  );
}

/** Puts into a bundled event file which build it is. */
export function withBuild(code: Uint8Array, build: Build): Uint8Array {
  const text = new TextDecoder().decode(code);
  const end = text.lastIndexOf(MAP_LINE);
  const said = `export const ${NAME}=${JSON.stringify(build)};\n`;
  return new TextEncoder().encode(end < 0 ? `${text}\n${said}` : text.slice(0, end) + said + text.slice(end));
}

const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');
