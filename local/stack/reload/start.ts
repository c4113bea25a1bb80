import { inspect } from 'node:util';
import { readShape } from '../../../deploy/apart/shape.ts';
import { eventFolder } from '../../../deploy/event-folder.ts';
import { loadEventFolder } from '../../../deploy/event-types.ts';
import DeployPlugin from '../../../deploy/plugin.ts';
import { derive } from '../../../deploy/template.ts';
import { setUp } from '../database.ts';
import type { MongoEnvironment } from '../environment.ts';
import type { LocalFunction } from '../service.ts';
import { createReload } from './reload.ts';
import { resting } from './rest.ts';
import { readSources, type Sources, sourceFolders } from './sources.ts';
import { watchFolders } from './watch.ts';

/** What a build keeps for the next one is 200 MB and more: kept for whoever is at work, not over lunch. */
const REST_MS = 5 * 60_000;

export interface StartReload {
  /** Absolute path of the project. */
  project: string;
  /** Of the framework: that of the build has what it built. */
  plugins: readonly object[];
  /** `custom.sluice` of serverless.yml. */
  settings: unknown;
  functions: readonly LocalFunction[];
  /** As they were before anything was built of them. */
  sources: Sources;
  mongo: MongoEnvironment;
  replace(keys: readonly string[]): void;
  say(lines: string): void;
}

/** From now on a change of a source is live as soon as it is built. @returns ends that */
export async function startReload(options: StartReload): Promise<() => Promise<void>> {
  const { project, plugins, settings, functions, sources, mongo, replace, say } = options;
  const built = plugins.find((plugin) => plugin instanceof DeployPlugin)?.built;
  if (!built) throw new Error('the plugin that builds is not loaded, or has not kept what it built');
  const events = eventFolder(project);
  const folders = sourceFolders(events);
  const catalogue = await loadEventFolder(events);
  const now = () => performance.now();
  const reload = createReload({
    ...built,
    shape: { ...(await derive(settings, catalogue)), collections: catalogue.collections },
    functions,
    sources,
    readSources: () => readSources(project, folders),
    readShape: () => readShape(settings),
    setUp: (collections) => setUp(mongo, say, collections),
    replace,
    say,
    now,
  });
  const failed = (error: unknown) => say(`changes of sources are not seen any more: ${inspect(error)}`);
  const notRested = (error: unknown) => say(`what the build keeps was not let go: ${inspect(error)}`);
  const changed = resting(reload, { ms: REST_MS, rest: built.builder.dispose, failed: notRested });
  const stop = watchFolders({ project, folders, changed, failed, now });
  return async () => {
    stop();
    await built.builder.dispose();
  };
}
