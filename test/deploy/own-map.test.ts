import { SourceMap } from 'node:module';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { withoutPackages } from '../../deploy/own-map.ts';

const own = 'src/own.ts';
const foreign = 'node_modules/one/index.ts';
/** A bundle's map, of one package between two files of ours, one after another on one line. */
async function bundled(): Promise<string> {
  const texts: Record<string, string> = {
    [own]: `import { two } from '${foreign}';\nimport { three } from 'src/three.ts';\nexport const one = () => [two(), three()];`,
    [foreign]: `export function two() {\n  return globalThis.origin;\n}`,
    'src/three.ts': `export function three() {\n  return 'three';\n}`,
  };
  const { outputFiles } = await build({
    entryPoints: [own],
    bundle: true,
    format: 'esm',
    minifyWhitespace: true,
    sourcemap: 'external',
    sourcesContent: false,
    outdir: 'out',
    write: false,
    plugins: [
      {
        name: 'texts',
        setup(pluginBuild) {
          pluginBuild.onResolve({ filter: /./ }, ({ path }) => ({ path: `/${path}` }));
          pluginBuild.onLoad({ filter: /./ }, ({ path }) => ({ contents: texts[path.slice(1)] ?? '', loader: 'ts' }));
        },
      },
    ],
  });
  return outputFiles.find(({ path }) => path.endsWith('.map'))?.text ?? '';
}

/** Source and place of each column that a map says something of. */
function placesOf(text: string): string[] {
  const map = new SourceMap(JSON.parse(text));
  return Array.from({ length: 300 }, (_, column) => {
    const entry = map.findEntry(0, column);
    return 'originalSource' in entry && entry.originalSource
      ? `${entry.originalSource}:${entry.originalLine}:${entry.originalColumn}`
      : '-';
  });
}

test('a map without packages says the same of our own code, and nothing of theirs', async () => {
  const text = await bundled();
  const whole = placesOf(text);
  expect(whole.some((place) => place.includes(foreign))).toBe(true);
  const thin = withoutPackages(text);
  expect(placesOf(thin)).toEqual(whole.map((place) => (place.includes('node_modules/') ? '-' : place)));
  expect(JSON.parse(thin).sources).toHaveLength(JSON.parse(text).sources.length - 1);
  expect(withoutPackages(thin)).toBe(thin);
});

test('a map of packages alone is one of nothing', () => {
  const text = JSON.stringify({ version: 3, sources: ['../node_modules/a/b.js'], names: [], mappings: 'AAAA' });
  expect(JSON.parse(withoutPackages(text))).toEqual({ version: 3, sources: [], names: [], mappings: '' });
});

test('code that was bundled before, and has no source of ours, has none', () => {
  const map = { version: 3, sources: ['compiled:dist/together/chunk-A.mjs'], names: [], mappings: 'AAAA' };
  expect(JSON.parse(withoutPackages(JSON.stringify(map)))).toMatchObject({ sources: [], mappings: '' });
});
