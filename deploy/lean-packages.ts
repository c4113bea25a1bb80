import { dirname } from 'node:path';
import type { Plugin } from 'esbuild';

/** A module that stands in a bundle for one of a package, which nobody there has a use for. */
interface StandIn {
  /** Of what is imported. */
  path: RegExp;
  /** Of the file that imports it. */
  by: RegExp;
  contents: string;
}

const standIns: Readonly<Record<string, StandIn>> = {
  /** Messages of zod in other languages, which a single `import { z }` would keep. */
  locales: { path: /\/locales\/index\.js$/, by: /[\\/]node_modules[\\/]zod[\\/]/, contents: '' },
  /**
   * Names of hosts in all scripts, a quarter of what the driver of MongoDB loads: it has no URL read but with a host of its own, and Node's
   * own class follows the same standard. https://url.spec.whatwg.org/
   */
  url: {
    path: /^whatwg-url$/,
    by: /[\\/]node_modules[\\/]mongodb-connection-string-url[\\/]/,
    contents: 'module.exports = { URL, URLSearchParams };',
  },
  /**
   * Where credentials may lie on other machines. Lambda puts those of a function's role beside its variables, and they stay what they are
   * for as long as the process lives. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
   */
  credentials: {
    path: /^@aws-sdk\/credential-provider-node$/,
    by: /[\\/]node_modules[\\/]@aws-sdk[\\/]/,
    contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
  },
};

/** Leaves out of bundles what packages load and no function uses, and no bundler can tell. */
export const leanPackages: Plugin = {
  name: 'lean-packages',
  setup({ onResolve, onLoad }) {
    for (const [name, { path, by }] of Object.entries(standIns))
      onResolve({ filter: path }, ({ importer }) =>
        by.test(importer) ? { path: name, namespace: 'stand-in', pluginData: dirname(importer) } : undefined,
      );
    onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path, pluginData }) => ({
      contents: standIns[path]?.contents ?? '',
      resolveDir: pluginData,
    }));
  },
};
