import { SluiceError } from '../lib/sdk/errors.ts';
import { type Builder, build, buildWith, createBuilder } from './build.ts';
import type { Bundles } from './bundles.ts';
import { checkResourceCount } from './resource-count.ts';

/** What Sluice uses of the framework. */
interface Framework {
  serviceDir: string;
  service: { provider: { compiledCloudFormationTemplate: { Resources: Record<string, unknown> } } };
}
interface Tools {
  log: { notice(text: string): void };
}

/** Builds before anything is packaged or run, so that neither is ever older than the sources; and counts resources. */
export default class DeployPlugin {
  readonly hooks: Record<string, () => Promise<void>>;
  /** What a start has built, where it is asked to build again when sources change (SLUICE_RELOAD). */
  built: { builder: Builder; bundles: Bundles } | undefined;

  constructor(framework: Framework, _options: unknown, { log }: Tools) {
    const bundle = async () => log.notice(await plainly(() => build(framework.serviceDir)));
    const bundleAndKeep = async () => {
      const builder = createBuilder(framework.serviceDir);
      const { table, bundles } = await plainly(() => buildWith(builder, framework.serviceDir));
      log.notice(table);
      this.built = { builder, bundles };
    };
    const count = async () =>
      log.notice(await plainly(() => checkResourceCount(framework.service.provider.compiledCloudFormationTemplate)));
    let bundling: Promise<void> | undefined;
    this.hooks = {
      'before:package:createDeploymentArtifacts': bundle,
      // Whatever else a start needs may be done meanwhile; the functions wait for it.
      'before:offline:start:init': async () => {
        bundling = process.env.SLUICE_RELOAD ? bundleAndKeep() : bundle();
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
