import { basename, join } from 'node:path';
import type { Metafile, OutputFile } from 'esbuild';
import { BuildError } from './build-error.ts';
import { type Outputs, REQUIRE, togetherIn } from './bundler.ts';
import type { EventFolder } from './event-folder.ts';
import { intruder } from './intruder.ts';
import { NOTICES, type NoticesOf } from './notices.ts';

/** The bundles of all entries, ready to be written. */
export interface Bundles {
  /** Absolute path of the folder that holds these files and no others. */
  dist: string;
  /** By entry its files, by absolute path; `index.mjs` is the last one, so that what it imports is there before it. */
  byEntry: ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;
  /** Files of the project, from its root, of which a function is made that serves these event types alone. */
  inputsOf(entry: string, types: readonly string[]): string[];
  /** Where the definition of an event type will lie; undefined when no bundle loads it. */
  chunkOf(type: string): string | undefined;
}

/**
 * Tells apart what each entry loads.
 * @param folder the project
 * @throws BuildError naming what must not be in a bundle, or a package without a licence
 */
export function bundlesOf(
  { outputFiles, metafile }: Outputs,
  entries: readonly string[],
  { folder, events, noticesOf }: { folder: string; events: EventFolder; noticesOf: NoticesOf },
): Bundles {
  const { outputs } = metafile;
  const dist = join(folder, events.dist);
  const contents = new Map(outputFiles.map((file) => [file.path, withoutIdleRequire(file)]));
  const fileOf = (entry: string) => `${togetherIn(events)}/${entry}.mjs`;
  const inputsIn = (paths: readonly string[]) => paths.flatMap((path) => Object.keys(outputs[path]?.inputs ?? {}));
  const isEvent = (input: string | undefined) => input?.startsWith(`${events.name}/`);

  const filesOf = (entry: string): Map<string, Uint8Array> => {
    const paths = reachableFrom(fileOf(entry), metafile);
    const fault = intruder(
      entry,
      inputsIn(paths).filter((input) => !isEvent(input)),
    );
    if (fault) throw new BuildError(fault);
    const files = new Map([[join(dist, entry, NOTICES), Buffer.from(noticesOf(metafile, paths)) as Uint8Array]]);
    for (const path of paths.toReversed().flatMap((one) => [`${one}.map`, one])) {
      const text = contents.get(join(folder, path));
      if (text) files.set(join(dist, entry, path === fileOf(entry) ? 'index.mjs' : basename(path)), text);
    }
    return files;
  };

  return {
    dist,
    byEntry: new Map(entries.map((entry) => [entry, filesOf(entry)])),
    inputsOf(entry, types) {
      const served = new Set(types.map((type) => `${events.name}/${type}.ts`));
      const isServed = (input: string | undefined) => !isEvent(input) || served.has(input ?? '');
      const paths = reachableFrom(fileOf(entry), metafile, (path) => isServed(outputs[path]?.entryPoint));
      return [...new Set(inputsIn(paths))].filter((input) => !input.startsWith('node_modules/'));
    },
    chunkOf(type) {
      const [path] =
        Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === `${events.name}/${type}.ts`) ?? [];
      const entry = entries.find((one) => path && reachableFrom(fileOf(one), metafile).includes(path));
      return path && entry && join(dist, entry, basename(path));
    },
  };
}

/** Most files have nothing that calls `require`. The line stays, empty, so that the maps are right. */
function withoutIdleRequire({ contents, text }: OutputFile): Uint8Array {
  if (!text.startsWith(REQUIRE) || /\brequire\b/.test(text.slice(REQUIRE.length))) return contents;
  return new TextEncoder().encode(text.slice(REQUIRE.length));
}

/** The outputs that an entry loads, at once or when it needs them; of them those that are `followed`. */
function reachableFrom(
  entry: string,
  { outputs }: Metafile,
  followed: (path: string) => boolean = () => true,
): string[] {
  const reached = new Set([entry]);
  for (const path of reached)
    for (const { path: imported, external } of outputs[path]?.imports ?? [])
      if (!external && followed(imported)) reached.add(imported);
  return [...reached];
}
