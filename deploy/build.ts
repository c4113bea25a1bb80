import { join } from 'node:path';
import { SluiceError } from '../lib/sdk/errors.ts';
import { type Bundler, createBundler, entriesOf } from './bundler.ts';
import { type Bundles, bundlesOf } from './bundles.ts';
import { readOptions } from './command-line.ts';
import { buildTime } from './definition-builds.ts';
import { eventFolder, type Purpose } from './event-folder.ts';
import { eventTypes, NO_EVENT_TYPES } from './event-types.ts';
import { joinChunks, type Lay, leaveChunks } from './joined-chunks.ts';
import { noticesIn } from './notices.ts';
import { ownMaps } from './own-map.ts';
import { table } from './table.ts';
import { writeFiles } from './write-files.ts';

const root = join(import.meta.dirname, '..');

/** Makes bundles of a project, again and again. */
export interface Builder {
  /**
   * @returns what is to be written
   * @throws BuildError with file, line and column, or naming what must not be in a bundle; DefinitionError for a stray file among event
   * files; ConfigError as eventFolder and buildTime
   */
  build(): Promise<Bundles>;
  /** Forgets what it has read; the next build reads it anew. */
  dispose(): Promise<void>;
}

/** How the files of a function lie: in as few as may be where it is deployed; cut as all functions together are for a start, soonest. */
const LAYS: Readonly<Record<Purpose, Lay>> = { deployment: joinChunks, start: leaveChunks };

/** @param folder the project */
export function createBuilder(
  folder: string,
  bundler: Bundler = createBundler(folder),
  purpose: Purpose = 'start',
): Builder {
  const noticesOf = noticesIn(folder);
  const mapOf = ownMaps();
  return {
    async build() {
      const entries = entriesOf(folder);
      const events = eventFolder(folder);
      eventTypes(events);
      const time = buildTime(process.env, Date.now());
      return bundlesOf(await bundler.bundle(entries, events), entries, {
        folder,
        events,
        noticesOf,
        time,
        mapOf,
        dist: events.dist[purpose],
        lay: LAYS[purpose],
      });
    },
    dispose: bundler.dispose,
  };
}

/**
 * Bundles every entry into `dist/<entry>/`, or `dist-local/<entry>/` for a start on this machine; event files become chunks that a function loads when it needs them.
 * Names stay as written, because failures are grouped by function names; maps say where our own code is.
 * Beside each lie the licences of the packages in it. Bundles of another folder of event files lie apart, in `dist-of/`
 * and `dist-local-of/`.
 * @param folder the project; it is changed only when every bundle is good
 * @returns a table of what was built, and a line when there is no event type
 * @throws as Builder
 */
export async function build(folder = root, purpose: Purpose = 'deployment'): Promise<string> {
  const builder = createBuilder(folder, createBundler(folder), purpose);
  try {
    return (await buildWith(builder, folder)).table;
  } finally {
    await builder.dispose();
  }
}

/** The same with a builder that is kept. */
export async function buildWith(builder: Builder, folder: string): Promise<{ table: string; bundles: Bundles }> {
  const bundles = await builder.build();
  writeFiles(bundles.dist, bundles.files);
  const built = table([...bundles.byEntry].map(([entry, files]) => [entry, ...sizeOf(files)]));
  const none = eventTypes(eventFolder(folder)).length === 0;
  return { table: none ? `${built}\n\n${NO_EVENT_TYPES}` : built, bundles };
}

function sizeOf(files: ReadonlyMap<string, Uint8Array>): string[] {
  const code = [...files].filter(([path]) => path.endsWith('.mjs'));
  return [kilobytes(code.reduce((sum, [, { byteLength }]) => sum + byteLength, 0)), `${code.length} files`];
}

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1024)} KB`;

const report = (error: unknown): void => {
  if (!(error instanceof SluiceError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
};

// No top-level await: the framework loads this module with `require`.
if (import.meta.main) {
  readOptions('npm run build', {});
  build().then(console.log, report);
}
