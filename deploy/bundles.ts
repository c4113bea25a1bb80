import { basename, join } from 'node:path';
import type { Metafile, OutputFile } from 'esbuild';
import { BuildError } from './build-error.ts';
import { type Outputs, REQUIRE, togetherIn } from './bundler.ts';
import { withBuilds } from './definition-builds.ts';
import { commonFolder, type EventFolder } from './event-folder.ts';
import { intruder } from './intruder.ts';
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
  mapOf(map: OutputFile): Uint8Array;
}

/**
 * Tells apart what each entry loads.
 * @throws BuildError naming what must not be in a bundle, or a package without a licence
 */
export function bundlesOf(
  { outputFiles, metafile }: Outputs,
  entries: readonly string[],
  { folder, events, noticesOf, time, mapOf }: Project,
): Bundles {
  const { outputs } = metafile;
  const dist = join(folder, events.dist);
  const compiled = new Map(
    outputFiles.map((file) => [file.path, file.path.endsWith('.map') ? mapOf(file) : withoutIdleRequire(file)]),
  );
  const fileOf = (entry: string) => `${togetherIn(events)}/${entry}.mjs`;
  const inputsIn = (paths: readonly string[]) => paths.flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  const isEvent = (input: string | undefined) => input?.startsWith(`${events.name}/`);
  const eventFiles = Object.keys(outputs)
    .filter((path) => isEvent(outputs[path]?.entryPoint))
    .map((path) => [join(folder, path), reachableFrom(path, metafile).map((one) => join(folder, one))] as const);
  const contents = new Map([...compiled, ...withBuilds(compiled, new Map(eventFiles), time)]);

  const filesOf = (entry: string): Map<string, Uint8Array> => {
    const paths = reachableFrom(fileOf(entry), metafile);
    const fault = intruder(
      entry,
      inputsIn(paths).filter((input) => !isEvent(input) && !input.startsWith(`${commonFolder(events)}/`)),
    );
    if (fault) throw new BuildError(fault);
    const files = new Map([[join(dist, entry, NOTICES), Buffer.from(noticesOf(metafile, paths)) as Uint8Array]]);
    for (const path of paths.toReversed().flatMap((one) => [`${one}.map`, one])) {
      const text = contents.get(join(folder, path));
      if (text) files.set(join(dist, entry, path === fileOf(entry) ? 'index.mjs' : basename(path)), text);
    }
    return files;
  };

  const byEntry = new Map(entries.map((entry) => [entry, filesOf(entry)]));
  return {
    dist,
    byEntry,
    files: new Map([...byEntry.values()].flatMap((files) => [...files])),
    partsOf(entry, types) {
      const served = new Set(types.map((type) => `${events.name}/${type}.ts`));
      const isServed = (input: string | undefined) => !isEvent(input) || served.has(input ?? '');
      const paths = reachableFrom(fileOf(entry), metafile, ({ path }) => isServed(outputs[path]?.entryPoint));
      const dynamic = new Set(
        paths.flatMap((path) =>
          importsOf(path, metafile).filter(({ kind, path: to }) => kind === 'dynamic-import' && paths.includes(to)),
        ),
      );
      return {
        inputs: [...new Set(inputsIn(paths))].filter((input) => !/(^|\/)node_modules\//.test(input)),
        later: [...new Set([...dynamic].flatMap(({ path }) => reachableFrom(path, metafile)))].map((path) =>
          basename(path),
        ),
      };
    },
  };
}

/** Most files have nothing that calls `require`. The line stays, empty, so that the maps are right. */
function withoutIdleRequire({ contents, text }: OutputFile): Uint8Array {
  if (!text.startsWith(REQUIRE) || /\brequire\b/.test(text.slice(REQUIRE.length))) return contents;
  return new TextEncoder().encode(text.slice(REQUIRE.length));
}

type Import = Metafile['outputs'][string]['imports'][number];

const importsOf = (path: string, { outputs }: Metafile): Import[] =>
  (outputs[path]?.imports ?? []).filter(({ external }) => !external);

/** The outputs that one loads, at once or when it needs them, through imports that are `followed`; itself too. */
function reachableFrom(output: string, metafile: Metafile, followed: (one: Import) => boolean = () => true): string[] {
  const reached = new Set([output]);
  for (const path of reached) for (const one of importsOf(path, metafile)) if (followed(one)) reached.add(one.path);
  return [...reached];
}
