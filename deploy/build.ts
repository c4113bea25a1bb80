import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildFailure, build as bundle, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import { SluiceError } from '../lib/sdk/errors.ts';
import { BuildError } from './build-error.ts';
import { commonFolder, type EventFolder, eventFolder } from './event-folder.ts';
import { eventTypes, NO_EVENT_TYPES } from './event-types.ts';
import { intruder } from './intruder.ts';
import { NOTICES, noticesIn } from './notices.ts';
import { table } from './table.ts';
import { writeFiles } from './write-files.ts';

const root = join(import.meta.dirname, '..');

/** Drivers ask for these and do without them; no Lambda has them. */
const OPTIONAL_NATIVES = [
  '@aws-sdk/credential-providers',
  '@mongodb-js/zstd',
  'gcp-metadata',
  'kerberos',
  'mongodb-client-encryption',
  'snappy',
  'socks',
];

/** CommonJS dependencies call `require`, which an ES module does not have. */
const REQUIRE = `import { createRequire as sluiceRequire } from 'node:module'; const require = sluiceRequire(import.meta.url);`;

/** Half of zod are its messages in other languages, and no bundler can tell that nobody asks for them. */
const withoutLocales: Plugin = {
  name: 'without-locales',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /\/locales\/index\.js$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]zod[\\/]/.test(importer) ? { path: 'locales', namespace: 'empty' } : undefined,
    );
    pluginBuild.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: '' }));
  },
};

/** What loads event files, as if it were written for another folder. */
const eventsIn = ({ name }: EventFolder): Plugin => ({
  name: 'events-in',
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /[\\/]functions[\\/]load-event\.ts$/ }, ({ path }) => ({
      contents: readText(path).replace('./events/', `../${name}/`),
      loader: 'ts',
    }));
  },
});

/** Names of the files in functions/ that export a handler. */
export const entriesOf = (folder: string): string[] =>
  readdirSync(join(folder, 'functions'))
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => /^export (const|async function|function) handler\b/m.test(readText(folder, 'functions', file)))
    .map((file) => file.slice(0, -'.ts'.length));

/**
 * Bundles every entry into `dist/<entry>/`; event files become chunks that a function loads when it needs them.
 * Names stay as written, because failures are grouped by function names; maps stay out of the packages.
 * Beside each lie the licences of the packages in it. Bundles of another folder of event files lie apart, in `dist-of/`.
 * @param folder the project; it is changed only when every bundle is good
 * @returns a table of what was built, and a line when there is no event type
 * @throws BuildError with file and line, or naming what must not be in a bundle; DefinitionError for a stray file among event files; ConfigError as eventFolder
 */
export async function build(folder = root): Promise<string> {
  const entries = entriesOf(folder);
  const events = eventFolder(folder);
  const types = eventTypes(events);
  // Git keeps no empty folder, and esbuild looks for event files in one that is there.
  mkdirSync(events.path, { recursive: true });
  const dist = join(folder, events.dist);
  const together = `${events.dist}/${TOGETHER}`;
  const { outputFiles, metafile } = await bundleAll(folder, entries, events, together);
  const contents = new Map(outputFiles.map((file) => [file.path, withoutIdleRequire(file)]));
  const noticesOf = noticesIn(folder, metafile);
  const bundles = entries.map((entry) => {
    const paths = reachableFrom(`${together}/${entry}.mjs`, metafile);
    const fault = intruder(
      entry,
      paths
        .flatMap((path) => Object.keys(metafile.outputs[path]?.inputs ?? {}))
        .filter((input) => ![events.name, commonFolder(events)].some((own) => input.startsWith(`${own}/`))),
    );
    if (fault) throw new BuildError(fault);
    const notices = [join(dist, entry, NOTICES), Buffer.from(noticesOf(paths))] as const;
    return { entry, files: new Map([notices, ...filesOf({ entry, paths, folder, dist, together }, contents)]) };
  });
  writeFiles(dist, new Map(bundles.flatMap(({ files }) => [...files])));
  const built = table(bundles.map(({ entry, files }) => [entry, ...sizeOf(files)]));
  return types.length === 0 ? `${built}\n\n${NO_EVENT_TYPES}` : built;
}

/** Where in dist/ esbuild is told that the bundles lie: as deep as they will, so that the paths in the maps are right. */
const TOGETHER = 'together';

/** All entries at once: what they share is read and parsed once, which is most of a build's time. */
async function bundleAll(folder: string, entries: readonly string[], events: EventFolder, outdir: string) {
  try {
    return await bundle({
      absWorkingDir: folder,
      entryPoints: Object.fromEntries(entries.map((entry) => [entry, `functions/${entry}.ts`])),
      outdir,
      outExtension: { '.js': '.mjs' },
      chunkNames: '[name]-[hash]',
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      mainFields: ['module', 'main'],
      external: OPTIONAL_NATIVES,
      plugins: [withoutLocales, ...(events.shipped ? [] : [eventsIn(events)])],
      banner: { js: REQUIRE },
      minifyWhitespace: true,
      minifySyntax: true,
      sourcemap: 'linked',
      sourcesContent: false,
      metafile: true,
      write: false,
      logLevel: 'silent',
    });
  } catch (cause) {
    throw new BuildError(firstFault(cause as BuildFailure), { cause });
  }
}

/** Most files have nothing that calls `require`. The line stays, empty, so that the maps are right. */
function withoutIdleRequire({ contents, text }: OutputFile): Uint8Array {
  if (!text.startsWith(REQUIRE) || /\brequire\b/.test(text.slice(REQUIRE.length))) return contents;
  return new TextEncoder().encode(text.slice(REQUIRE.length));
}

/** The outputs that an entry loads, at once or when it needs them. */
function reachableFrom(entry: string, { outputs }: Metafile): string[] {
  const reached = new Set([entry]);
  for (const path of reached)
    for (const { path: imported, external } of outputs[path]?.imports ?? []) if (!external) reached.add(imported);
  return [...reached];
}

interface Reached {
  entry: string;
  paths: readonly string[];
  folder: string;
  dist: string;
  together: string;
}

/** A bundle's files, by absolute path; the entry itself is `index.mjs`, the last one, so that what it imports is there before it. */
function filesOf(
  { entry, paths, folder, dist, together }: Reached,
  contents: ReadonlyMap<string, Uint8Array>,
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const path of paths.toReversed().flatMap((one) => [`${one}.map`, one])) {
    const name = path === `${together}/${entry}.mjs` ? 'index.mjs' : basename(path);
    const text = contents.get(join(folder, path));
    if (text) files.set(join(dist, entry, name), text);
  }
  return files;
}

/** `functions/events/cart.abandoned.ts:12:3: Expected ";" but found "}"` */
function firstFault({ errors, message }: Partial<BuildFailure>): string {
  const [first] = errors ?? [];
  if (!first) return `esbuild: ${message}`;
  const where = first.location ? `${first.location.file}:${first.location.line}:${first.location.column + 1}: ` : '';
  const more = (errors?.length ?? 0) - 1;
  return `${where}${first.text}${more > 0 ? ` (and ${more} more)` : ''}`;
}

function sizeOf(files: ReadonlyMap<string, Uint8Array>): string[] {
  const code = [...files].filter(([path]) => path.endsWith('.mjs'));
  return [kilobytes(code.reduce((sum, [, { byteLength }]) => sum + byteLength, 0)), `${code.length} files`];
}

const readText = (...path: string[]): string => readFileSync(join(...path), 'utf8');
const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1024)} KB`;

const report = (error: unknown): void => {
  if (!(error instanceof SluiceError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
};

// No top-level await: the framework loads this module with `require`.
if (import.meta.main) build().then(console.log, report);
