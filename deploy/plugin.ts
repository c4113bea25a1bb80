import { SluiceError } from '../lib/sdk/errors.ts';
import { type Builder, build, buildWith, createBuilder } from './build.ts';
import type { Bundles } from './bundles.ts';
import { refuseLocalStage } from './deployable-stage.ts';
import { eventFolder, type Purpose } from './event-folder.ts';
import { loadEventFolder } from './event-types.ts';
import { purposeOf } from './purpose.ts';
import { checkRecorded, checkReleased, type Release, release } from './released/release.ts';
import { checkResourceCount, resourcesOfType } from './resource-count.ts';
import type { Settings } from './settings.ts';
import { type PackagedFunctions, unsetSettings } from './unset-settings.ts';
import { waysOut } from './ways-out.ts';

/** What Sluice uses of the framework. */
interface Framework {
  serviceDir: string;
  service: {
    custom: {
      sluice: { stage: string; retain?: boolean; alarms?: Partial<Settings['alarms']> } & Partial<
        Pick<Settings, 'vpc' | 'environment'>
      >;
    };
    functions: PackagedFunctions;
    provider: { stage: string; compiledCloudFormationTemplate: { Resources: Record<string, unknown> } };
  };
}
interface Tools {
  log: { notice(text: string): void };
}

/** Refuses to deploy what stays at home or would lose events, builds before anything is packaged or run, so that neither is ever older than the sources; counts resources, and says which settings have no value and what functions must reach. */
export default class DeployPlugin {
  readonly commands = {
    release: {
      usage: 'Writes into deploy/catalogue.lock.json what is released to a stage that retains',
      lifecycleEvents: ['write'],
    },
  };
  readonly hooks: Record<string, () => Promise<void>>;
  /** What a start has built, where it is asked to build again when sources change (SLUICE_RELOAD). */
  built: { builder: Builder; bundles: Bundles } | undefined;

  constructor(framework: Framework, _options: unknown, { log }: Tools) {
    const bundle = async (purpose: Purpose) => log.notice(await plainly(() => build(framework.serviceDir, purpose)));
    const bundleAndKeep = async () => {
      const builder = createBuilder(framework.serviceDir, undefined, purposeOf(framework.service.custom.sluice));
      const { table, bundles } = await plainly(() => buildWith(builder, framework.serviceDir));
      log.notice(table);
      // Perhaps nothing is ever changed.
      await builder.dispose();
      this.built = { builder, bundles };
    };
    const count = async () => {
      const { custom, provider } = framework.service;
      const ofType = resourcesOfType(custom.sluice.alarms);
      log.notice(await plainly(() => checkResourceCount(provider.compiledCloudFormationTemplate, ofType)));
    };
    const toRelease = async (): Promise<Release> => {
      const { stage, retain = false } = framework.service.custom.sluice;
      const { name: folder } = eventFolder();
      return { project: framework.serviceDir, stage, retain, catalogue: await loadEventFolder(), folder };
    };
    const unset = async () => {
      const catalogue = await plainly(() => loadEventFolder());
      const { custom, functions } = framework.service;
      for (const line of [...unsetSettings(catalogue, functions), ...waysOut(custom.sluice, catalogue)])
        log.notice(line);
    };
    // By all that says it: what the framework calls the stage, and what functions are told.
    const deployable = () =>
      plainly(() => refuseLocalStage([framework.service.provider.stage, framework.service.custom.sluice.stage]));
    const recorded = () => plainly(async () => checkRecorded(await toRelease()));
    let bundling: Promise<void> | undefined;
    this.hooks = {
      'before:package:cleanup': async () => {
        await deployable();
        await plainly(async () => checkReleased(await toRelease()));
      },
      'before:deploy:deploy': () => deployable().then(recorded),
      'before:deploy:function:initialize': () => deployable().then(recorded),
      'release:write': async () => {
        await deployable();
        log.notice(await plainly(async () => release(await toRelease())));
      },
      'before:package:createDeploymentArtifacts': async () => {
        await bundle('deployment');
        await unset();
      },
      // Whatever else a start needs may be done meanwhile; the functions wait for it.
      'before:offline:start:init': async () => {
        bundling = process.env.SLUICE_RELOAD ? bundleAndKeep() : bundle(purposeOf(framework.service.custom.sluice));
        bundling.catch(() => {});
      },
      'offline:start:init': async () => bundling,
      'after:aws:package:finalize:mergeCustomProviderResources': count,
    };
  }
}

/** The framework prints the stack of whatever is thrown; the message of our own errors says it all. */
async function plainly<Value>(work: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SluiceError) error.stack = error.message;
    throw error;
  }
}
