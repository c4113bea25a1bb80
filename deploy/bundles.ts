import { join, relative } from 'node:path';
import type { Metafile, OutputFile } from 'esbuild';
import { BuildError } from './build-error.ts';
import { type Outputs, REQUIRE, togetherIn } from './bundler.ts';
import { buildsOf, withBuild } from './definition-builds.ts';
import { commonFolder, type EventFolder } from './event-folder.ts';
import { intruder } from './intruder.ts';
import type { Laid, Lay } from './joined-chunks.ts';
import { NOTICES, type NoticesOf } from './notices.ts';

/** The bundles of all entries, ready to be written. */
export interface Bundles {
  /** Absolute path of the folder that holds these files and no others. */
  dist: string;
  /** All files by absolute path; an entry's `index.mjs` is its last one, so that what it imports is there before it. */
  files: ReadonlyMap<string, Uint8Array>;
  /** The same by entry. */
  byEntry: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
  /** What a function is made of that serves these event types alone. */
  partsOf(entry: string, types: readonly string[]): Parts;
}

export interface Parts {
  /** Files of the project, from its root. */
  inputs: readonly string[];
  /** Names of files in its folder that a process which runs may still load: those behind a dynamic import. */
  later: readonly string[];
}

interface Project {
  folder: string;
  events: EventFolder;
  noticesOf: NoticesOf;
  /** When the build is made: RFC 3339. */
  time: string;
  /** What is written of a source map. */
  mapOf(map: Pick<OutputFile, 'hash' | 'contents'>): Uint8Array;
  /** Folder of the bundles, from the project. */
  dist: string;
  /** How the files of an entry lie. */
  lay: Lay;
}

/**
 * Tells apart what each entry loads.
 * @throws BuildError naming what must not be in a bundle, or a package without a licence
 */
export async function bundlesOf(
  { outputFiles, metafile }: Outputs,
  entries: readonly string[],
  { folder, events, noticesOf, time, mapOf, dist: fromProject, lay }: Project,
): Promise<Bundles> {
  const { outputs } = metafile;
  const dist = join(folder, fromProject);
  const compiled = new Map(
    outputFiles.map((file) => [relative(folder, file.path), { hash: file.hash, contents: withoutIdleRequire(file) }]),
  );
  const fileOf = (entry: string) => `${togetherIn(events)}/${entry}.mjs`;
  const inputsIn = (paths: readonly string[]) => paths.flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  const isEvent = (input: string | undefined) => input?.startsWith(`${events.name}/`);
  const eventFiles = Object.keys(outputs)
    .filter((path) => isEvent(outputs[path]?.entryPoint))
    .map((path) => [path, reachableFrom(path, outputs)] as const);
  const codes = new Map([...compiled].map(([path, { contents }]) => [path, contents]));
  const builds = buildsOf(codes, new Map(eventFiles), time);

  const laidOf = async (entry: string): Promise<Laid> => {
    const paths = reachableFrom(fileOf(entry), outputs);
    const fault = intruder(
      entry,
      inputsIn(paths).filter((input) => !isEvent(input) && !input.startsWith(`${commonFolder(events)}/`)),
    );
    if (fault) throw new BuildError(fault);
    const loaded = paths.flatMap((path) => [path, `${path}.map`]).map((path) => [path, compiled.get(path)] as const);
    const files = new Map(loaded.flatMap(([path, file]) => (file ? [[path, file] as const] : [])));
    return lay(folder, { folder: `${fromProject}/${entry}`, own: fileOf(entry), files, outputs });
  };
  const ofEntries = new Map(await Promise.all(entries.map(async (entry) => [entry, await laidOf(entry)] as const)));

  const filesOf = (entry: string, { own, files: parts, outputs: made }: Laid): Map<string, Uint8Array> => {
    const notices = noticesOf(metafile, reachableFrom(fileOf(entry), outputs));
    const files = new Map([[join(dist, entry, NOTICES), Buffer.from(notices) as Uint8Array]]);
    const put = ({ name }: { name: string }, contents: Uint8Array) => files.set(join(dist, entry, name), contents);
    for (const path of reachableFrom(own, made).toReversed()) {
      const build = builds.get(made[path]?.entryPoint ?? '');
      const [map, code] = [parts.get(`${path}.map`), parts.get(path)];
      if (map) put(map, mapOf(map));
      if (code) put(code, build ? withBuild(code.contents, build) : code.contents);
    }
    return files;
  };

  const byEntry = new Map([...ofEntries].map(([entry, one]) => [entry, filesOf(entry, one)]));
  return {
    dist,
    byEntry,
    files: new Map([...byEntry.values()].flatMap((files) => [...files])),
    partsOf(entry, types) {
      const served = new Set(types.map((type) => `${events.name}/${type}.ts`));
      const isServed = (input: string | undefined) => !isEvent(input) || served.has(input ?? '');
      const paths = reachableFrom(fileOf(entry), outputs, ({ path }) => isServed(outputs[path]?.entryPoint));
      const { own, outputs: made, files: parts } = ofEntries.get(entry) ?? NOTHING;
      const sourceOf = (path: string) => outputs[made[path]?.entryPoint ?? '']?.entryPoint;
      const files = reachableFrom(own, made, ({ path }) => isServed(sourceOf(path)));
      const dynamic = new Set(
        files.flatMap((path) =>
          importsOf(path, made).filter(({ kind, path: to }) => kind === 'dynamic-import' && files.includes(to)),
        ),
      );
      return {
        inputs: [...new Set(inputsIn(paths))].filter((input) => !/(^|\/)node_modules\//.test(input)),
        later: [...new Set([...dynamic].flatMap(({ path }) => reachableFrom(path, made)))].map(
          (path) => parts.get(path)?.name ?? '',
        ),
      };
    },
  };
}

const NOTHING: Laid = { own: '', outputs: {}, files: new Map() };

/** Most files have nothing that calls `require`. The line stays, empty, so that the maps are right. */
function withoutIdleRequire({ contents, text }: OutputFile): Uint8Array {
  if (!text.startsWith(REQUIRE) || /\brequire\b/.test(text.slice(REQUIRE.length))) return contents;
  return new TextEncoder().encode(text.slice(REQUIRE.length));
}

type Import = Metafile['outputs'][string]['imports'][number];

const importsOf = (path: string, outputs: Metafile['outputs']): Import[] =>
  (outputs[path]?.imports ?? []).filter(({ external }) => !external);

/** The outputs that one loads, at once or when it needs them, through imports that are `followed`; itself too. */
function reachableFrom(
  output: string,
  outputs: Metafile['outputs'],
  followed: (one: Import) => boolean = () => true,
): string[] {
  const reached = new Set([output]);
  for (const path of reached) for (const one of importsOf(path, outputs)) if (followed(one)) reached.add(one.path);
  return [...reached];
}
