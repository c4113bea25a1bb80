import { mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type BuildContext,
  type BuildFailure,
  type BuildOptions,
  context,
  type Metafile,
  type OutputFile,
  type Plugin,
  stop,
} from 'esbuild';
import { BuildError } from './build-error.ts';
import { type EventFolder, isLeftByTools } from './event-folder.ts';
import { leanPackages } from './lean-packages.ts';

/** What esbuild made of all entries at once. */
export interface Outputs {
  outputFiles: readonly OutputFile[];
  metafile: Metafile;
}

/** Keeps what it has read and parsed, so that the next time takes a fraction of the first. */
export interface Bundler {
  /** @param entries names of files in functions/ @throws BuildError with file, line and column */
  bundle(entries: readonly string[], events: EventFolder): Promise<Outputs>;
  /** Forgets what it keeps; the next time is as the first. */
  dispose(): Promise<void>;
}

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
export const REQUIRE = `import { createRequire as sluiceRequire } from 'node:module'; const require = sluiceRequire(import.meta.url);`;

/** Where esbuild is told that the bundles lie: as deep as they will, so that the paths in the maps are right. */
export const togetherIn = ({ dist }: EventFolder): string => `${dist.deployment}/together`;

/** What loads event files, as if it were written for another folder. */
const eventsIn = ({ name }: EventFolder): Plugin => ({
  name: 'events-in',
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /[\\/]functions[\\/]load-event\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace('./events/', `../${name}/`),
      loader: 'ts',
    }));
  },
});

/**
 * Empties what esbuild takes for event files, by their ending alone, and what is none: `._parcel.sent.ts` of a Mac, which is no text.
 * No type has its name, so that nothing loads it.
 */
const withoutHidden = ({ path: folder }: EventFolder): Plugin => ({
  name: 'without-hidden',
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /[\\/]\.[^\\/]*\.ts$/ }, ({ path }) =>
      dirname(path) === realpathSync(folder) ? { contents: '', loader: 'ts' } : undefined,
    );
  },
});

/** Names of the files in functions/ that export a handler. */
export const entriesOf = (folder: string): string[] =>
  readdirSync(join(folder, 'functions'))
    .filter((file) => file.endsWith('.ts') && !isLeftByTools(file))
    .filter((file) =>
      /^export (const|async function|function) handler\b/m.test(readFileSync(join(folder, 'functions', file), 'utf8')),
    )
    .map((file) => file.slice(0, -'.ts'.length));

/** Contexts that are not disposed of. esbuild's program is one for all of a process, and would stay for ever, with 170 MB and more. */
let contexts = 0;

async function open(options: Options): Promise<BuildContext<Options>> {
  contexts += 1;
  try {
    return await context(options);
  } catch (error) {
    await closed();
    throw error;
  }
}

async function closed(): Promise<void> {
  contexts -= 1;
  if (contexts === 0) await stop();
}

/**
 * Bundles all entries at once: what they share is read and parsed once, which is most of a build's time.
 * @param folder the project
 */
export function createBundler(folder: string): Bundler {
  let made: { of: string; context: BuildContext<Options> } | undefined;
  const dispose = async () => {
    const before = made;
    made = undefined;
    if (!before) return;
    await before.context.dispose();
    await closed();
  };
  const contextFor = async (entries: readonly string[], events: EventFolder) => {
    const of = JSON.stringify([entries, events]);
    if (made?.of === of) return made.context;
    await dispose();
    const options: Options = {
      ...common,
      absWorkingDir: folder,
      entryPoints: Object.fromEntries(entries.map((entry) => [entry, `functions/${entry}.ts`])),
      outdir: togetherIn(events),
      plugins: [leanPackages, withoutHidden(events), ...(events.shipped ? [] : [eventsIn(events)])],
    };
    made = { of, context: await open(options) };
    return made.context;
  };
  return {
    async bundle(entries, events) {
      // Git keeps no empty folder, and esbuild looks for event files in one that is there.
      mkdirSync(events.path, { recursive: true });
      try {
        return await (await contextFor(entries, events)).rebuild();
      } catch (cause) {
        throw faultOf(cause);
      }
    },
    dispose,
  };
}

type Options = BuildOptions & { metafile: true; write: false };

/** What bundles are like. */
export const FORM = {
  outExtension: { '.js': '.mjs' },
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'silent',
} as const satisfies BuildOptions;

const common: Options = {
  ...FORM,
  mainFields: ['module', 'main'],
  external: OPTIONAL_NATIVES,
  banner: { js: REQUIRE },
  metafile: true,
  write: false,
};

/** `functions/events/cart.abandoned.ts:12:3: Expected ";" but found "}"` */
function faultOf(cause: unknown): BuildError {
  const { errors, message }: Partial<BuildFailure> = cause as BuildFailure;
  const [first] = errors ?? [];
  if (!first) return new BuildError(`esbuild: ${message}`, { cause });
  const location = first.location ?? undefined;
  const where = location ? `${location.file}:${location.line}:${location.column + 1}: ` : '';
  const more = (errors?.length ?? 0) - 1;
  return new BuildError(`${where}${first.text}${more > 0 ? ` (and ${more} more)` : ''}`, { cause, location });
}
