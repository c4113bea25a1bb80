import { build } from './build.ts';
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
  readonly hooks: Record<string, () => void | Promise<void>>;

  constructor(framework: Framework, _options: unknown, { log }: Tools) {
    const bundle = async () => log.notice(await build(framework.serviceDir));
    this.hooks = {
      'before:package:createDeploymentArtifacts': bundle,
      'before:offline:start': bundle,
      'before:offline:start:init': bundle,
      'after:aws:package:finalize:mergeCustomProviderResources': () =>
        log.notice(checkResourceCount(framework.service.provider.compiledCloudFormationTemplate)),
    };
  }
}
