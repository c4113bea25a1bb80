/**
 * The bridge from serverless.yml to TypeScript: the framework loads it with `require` and calls what it exports.
 * What a stage says is in stages/, what is derived from the event files in template.ts.
 */
const plainly = async (work) => {
  try {
    return await work();
  } catch (error) {
    // The framework prints the stack; for a fault in an event file or a setting the message alone says it.
    if (error.code === 'invalid-definition' || error.code === 'invalid-config') error.stack = error.message;
    throw error;
  }
};

exports.settings = ({ options, resolveConfigurationProperty, resolveVariable }) =>
  plainly(async () => {
    const { stageFileOf, stageSettings } = await import('./stage-file.ts');
    const { checkEventFiles } = await import('./apart/shape.ts');
    const service = await resolveConfigurationProperty(['service']);
    const stage = await resolveVariable('sls:stage');
    // Before this process loads them. Here they were checked before it began: local/stack/check-start.ts.
    if (stage !== 'local') await checkEventFiles();
    const content = await resolveVariable(`file(./${stageFileOf(stage)})`);
    return stageSettings({ service, stage, content, parameters: options.param ?? [] });
  });

const part =
  (name) =>
  ({ resolveConfigurationProperty }) =>
    plainly(async () => {
      const settings = await resolveConfigurationProperty(['custom', 'sluice']);
      const { derive } = await import('./template.ts');
      return (await derive(settings))[name];
    });

for (const name of ['tags', 'deploymentBucket', 'cors', 'authorizers', 'accessLog', 'functions', 'resources'])
  exports[name] = part(name);
