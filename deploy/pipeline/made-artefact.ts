import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, messageOf } from '../../lib/core/errors.ts';

/** What a deployment is made of, for several stages: `zips/`, which all of them have, `stages/<stage>/`, and this file. */
const MANIFEST = 'artefact.json';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const manifest = z.strictObject({
  /** Of the sources. */
  commit: z.string(),
  /** Of the build (SLUICE_BUILD_TIME), RFC 3339. */
  builtAt: z.iso.datetime(),
  /** SHA-256 of each zip, by the name of its file. */
  zips: z.record(z.string().regex(/^[\w-]+\.zip$/), hash),
  /** SHA-256 of each file that a stage has for itself. */
  stages: z.record(z.string(), z.record(z.string(), hash)),
});
export type Manifest = z.output<typeof manifest>;

/** What a package has for one stage: the template, how the framework saw the service, and nothing else. */
const OF_STAGE = [
  'cloudformation-template-create-stack.json',
  'cloudformation-template-update-stack.json',
  'serverless-state.json',
];

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
const hashesOf = (folder: string, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.toSorted().map((name) => [name, sha256(join(folder, name))]));
const zipsIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.zip'));

/**
 * Packages each stage from the same sources, and keeps the code once: what is tried on one stage is, byte for byte, what the next one gets.
 * @param to a folder of its own, made anew
 * @param packageStage packages one stage into a folder, which it returns
 * @throws ConfigError where that folder holds something else, the code of two stages differs, or a package lacks a file; what packageStage throws
 */
export async function makeArtefact(
  { stages, commit, builtAt, to }: Pick<Manifest, 'commit' | 'builtAt'> & { stages: readonly string[]; to: string },
  packageStage: (stage: string) => Promise<string>,
): Promise<Manifest> {
  refuseOther(to);
  rmSync(to, { recursive: true, force: true });
  const made: Manifest = { commit, builtAt, zips: {}, stages: {} };
  for (const [index, stage] of stages.entries()) {
    const packaged = await packageStage(stage);
    const missing = OF_STAGE.find((name) => !existsSync(join(packaged, name)));
    if (missing) throw new ConfigError(`the package of stage ${stage} has no ${missing}`);
    const zips = hashesOf(packaged, zipsIn(packaged));
    if (index === 0) made.zips = zips;
    else refuseOthers(stage, made.zips, zips, `those of stage ${stages[0]}`);
    for (const name of index === 0 ? Object.keys(zips) : [])
      cpSync(join(packaged, name), join(to, 'zips', name), { recursive: true });
    for (const name of OF_STAGE) cpSync(join(packaged, name), join(to, 'stages', stage, name), { recursive: true });
    made.stages[stage] = hashesOf(join(to, 'stages', stage), OF_STAGE);
  }
  writeFileSync(join(to, MANIFEST), `${JSON.stringify(made, null, 2)}\n`);
  return made;
}

/** What an artefact has, one that is half made too, and what a delivery puts beside it. */
const OF_ARTEFACT: readonly string[] = [MANIFEST, 'zips', 'stages', 'package'];

function refuseOther(to: string): void {
  const other = existsSync(to) ? readdirSync(to).find((name) => !OF_ARTEFACT.includes(name)) : undefined;
  if (other !== undefined)
    throw new ConfigError(`${to} holds ${other}, and is no artefact: name a folder of its own, which is made anew`);
}

function refuseOthers(stage: string, expected: Manifest['zips'], found: Manifest['zips'], whose: string): void {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
  const different = names.filter((name) => expected[name] !== found[name]);
  if (different.length > 0)
    throw new ConfigError(
      `stage ${stage}: ${different.join(', ')} differ from ${whose}: stages of one artefact have the same code, so settings that go into it (caFile) must be the same`,
    );
}

/** @throws ConfigError where it is none */
export function readManifest(artefact: string): Manifest {
  try {
    return manifest.parse(JSON.parse(readFileSync(join(artefact, MANIFEST), 'utf8')));
  } catch (cause) {
    throw new ConfigError(`${artefact} is no artefact (npm run artefact makes one): ${messageOf(cause)}`, { cause });
  }
}

/**
 * Puts together what the framework deploys with `--package`: the zips that all stages have, and the template of this one.
 * @param to a folder, made anew
 * @throws ConfigError where the artefact is not as it was made, or not for this stage
 */
export function packageOf(artefact: string, stage: string, to: string): Manifest {
  const made = readManifest(artefact);
  const expected = made.stages[stage];
  if (!expected)
    throw new ConfigError(`${artefact} is for ${Object.keys(made.stages).join(', ')}, and not for stage ${stage}`);
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const [zips, ofStage] = [join(artefact, 'zips'), join(artefact, 'stages', stage)];
  for (const [folder, hashes] of [
    [zips, made.zips],
    [ofStage, expected],
  ] as const)
    for (const name of Object.keys(hashes))
      if (existsSync(join(folder, name))) cpSync(join(folder, name), join(to, name));
  const found = hashesOf(to, readdirSync(to));
  const wanted = { ...made.zips, ...expected };
  const changed = Object.keys(wanted).filter((name) => wanted[name] !== found[name]);
  if (changed.length > 0) throw new ConfigError(`${artefact}: ${changed.join(', ')} is not as it was made`);
  return made;
}
