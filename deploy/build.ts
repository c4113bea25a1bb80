import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildFailure, build as bundle, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import { SluiceError } from '../lib/sdk/errors.ts';
import { BuildError } from './build-error.ts';
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

/** Names of the files in functions/ that export a handler. */
export const entriesOf = (folder: string): string[] =>
  readdirSync(join(folder, 'functions'))
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => /^export (const|async function|function) handler\b/m.test(readText(folder, 'functions', file)))
    .map((file) => file.slice(0, -'.ts'.length));

/**
 * Bundles every entry into `dist/<entry>/`; event files become chunks that a function loads when it needs them.
 * Names stay as written, because failures are grouped by function names; maps stay out of the packages.
 * Beside each lie the licences of the packages in it.
 * @param folder the project; it is changed only when every bundle is good
 * @returns a table of what was built, and a line when there is no event type
 * @throws BuildError with file and line, or naming what must not be in a bundle; DefinitionError for a stray file among event files
 */
export async function build(folder = root): Promise<string> {
  const entries = entriesOf(folder);
  const events = join(folder, 'functions/events');
  const types = eventTypes(events);
  // Git keeps no empty folder, and esbuild looks for event files in one that is there.
  mkdirSync(events, { recursive: true });
  const { outputFiles, metafile } = await bundleAll(folder, entries);
  const contents = new Map(outputFiles.map((file) => [file.path, withoutIdleRequire(file)]));
  const noticesOf = noticesIn(folder, metafile);
  const bundles = entries.map((entry) => {
    const paths = reachableFrom(`${TOGETHER}/${entry}.mjs`, metafile);
    const fault = intruder(
      entry,
      paths.flatMap((path) => Object.keys(metafile.outputs[path]?.inputs ?? {})),
    );
    if (fault) throw new BuildError(fault);
    const notices = [join(folder, 'dist', entry, NOTICES), Buffer.from(noticesOf(paths))] as const;
    return { entry, files: new Map([notices, ...filesOf(entry, paths, folder, contents)]) };
  });
  writeFiles(join(folder, 'dist'), new Map(bundles.flatMap(({ files }) => [...files])));
  const built = table(bundles.map(({ entry, files }) => [entry, ...sizeOf(files)]));
  return types.length === 0 ? `${built}\n\n${NO_EVENT_TYPES}` : built;
}

/** Where esbuild is told that the bundles lie: as deep as they will, so that the paths in the maps are right. */
const TOGETHER = 'dist/together';

/** All entries at once: what they share is read and parsed once, which is most of a build's time. */
async function bundleAll(folder: string, entries: readonly string[]) {
  try {
    return await bundle({
      absWorkingDir: folder,
      entryPoints: Object.fromEntries(entries.map((entry) => [entry, `functions/${entry}.ts`])),
      outdir: TOGETHER,
      outExtension: { '.js': '.mjs' },
      chunkNames: '[name]-[hash]',
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      mainFields: ['module', 'main'],
      external: OPTIONAL_NATIVES,
      plugins: [withoutLocales],
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

/** A bundle's files, by absolute path; the entry itself is `index.mjs`, the last one, so that what it imports is there before it. */
function filesOf(
  entry: string,
  paths: readonly string[],
  folder: string,
  contents: ReadonlyMap<string, Uint8Array>,
): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const path of paths.toReversed().flatMap((one) => [`${one}.map`, one])) {
    const name = path === `${TOGETHER}/${entry}.mjs` ? 'index.mjs' : basename(path);
    const text = contents.get(join(folder, path));
    if (text) files.set(join(folder, 'dist', entry, name), text);
  }
  return files;
}

/** `functions/events/order.placed.ts:12:3: Expected ";" but found "}"` */
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
