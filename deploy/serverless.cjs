/**
 * The bridge from serverless.yml to TypeScript: the framework loads it with `require` and calls what it exports.
 * What is derived from the event files is in template.ts.
 */
const part =
  (name) =>
  async ({ resolveConfigurationProperty, resolveVariable }) => {
    const settings = await resolveConfigurationProperty(['custom', 'sluice']);
    const { derive } = await import('./template.ts');
    try {
      const parameterOf = (parameter) => resolveVariable(`param:${parameter}, null`);
      return (await derive(settings, undefined, undefined, parameterOf))[name];
    } catch (error) {
      // The framework prints the stack; for a fault in an event file or a setting the message alone says it.
      if (error.code === 'invalid-definition' || error.code === 'invalid-config') error.stack = error.message;
      throw error;
    }
  };

for (const name of ['cors', 'authorizers', 'accessLog', 'functions', 'resources']) exports[name] = part(name);
