import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { build } from '../../deploy/build.ts';
import { BuildError } from '../../deploy/build-error.ts';
import { NOTICES } from '../../deploy/notices.ts';

describe('the notices beside a bundle', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-notices-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const pack = (home: string, manifest: object, files: Record<string, string> = {}) => {
    const name = home.slice(home.lastIndexOf('node_modules/') + 'node_modules/'.length);
    put(`${home}/package.json`, JSON.stringify({ name, version: '1.2.3', main: 'index.js', ...manifest }));
    put(`${home}/index.js`, `export const name = '${name}'; console.log(name);`);
    for (const [file, text] of Object.entries(files)) put(`${home}/${file}`, text);
  };
  const uses = (entry: string, ...names: string[]) =>
    put(`functions/${entry}.ts`, [...names.map((name) => `import '${name}';`), 'export const handler = 1;'].join('\n'));
  const notices = async (entry: string) => {
    await build(folder);
    return readFileSync(join(folder, 'dist', entry, NOTICES), 'utf8').split(/\n\n-{80}\n/);
  };

  it('are the licences of the packages in it, and of no other', async () => {
    pack('node_modules/one', {}, { LICENSE: 'Of one\r\n\r\nwords', 'license.js': 'code' });
    pack('node_modules/@two/of', {}, { 'licence.md': 'Of two', 'LICENSE-MIT.txt': 'and MIT', NOTICE: 'Thanks' });
    pack('node_modules/unused', {}, { LICENSE: 'Of unused' });
    uses('ingest', 'one', '@two/of');
    uses('query', 'unused');
    expect(await notices('ingest')).toEqual([
      expect.stringContaining('under the licence that follows'),
      '@two/of 1.2.3\n\nand MIT\n\nOf two\n\nThanks',
      'one 1.2.3\n\nOf one\n\nwords\n',
    ]);
    expect(await notices('query')).toEqual([expect.anything(), 'unused 1.2.3\n\nOf unused\n']);
  });

  it('have a text once, also of a package inside another', async () => {
    pack('node_modules/one', {}, { LICENSE: 'Same' });
    pack('node_modules/one/node_modules/two', {}, { COPYING: 'Same' });
    put('node_modules/one/index.js', `import 'two'; console.log(1);`);
    uses('ingest', 'one');
    expect(await notices('ingest')).toEqual([expect.anything(), 'one 1.2.3\ntwo 1.2.3\n\nSame\n']);
  });

  it('leave out a package of which nothing is left in the bundle', async () => {
    pack('node_modules/gone', { sideEffects: false });
    put('functions/ingest.ts', `import { name } from 'gone';\nexport const handler = () => 1;`);
    expect(await notices('ingest')).toHaveLength(1);
  });

  it.each([
    ['a name', { license: 'MIT', author: 'Ada <ada@example.com>' }, 'License: MIT\nAuthor: Ada <ada@example.com>'],
    ['no author', { license: 'ISC' }, 'License: ISC'],
    [
      'the older forms',
      {
        licenses: [{ type: 'MIT' }, { type: 'Apache-2.0' }],
        author: { name: 'Ada', email: 'ada@example.com', url: 'https://example.com' },
      },
      'License: MIT or Apache-2.0\nAuthor: Ada <ada@example.com> (https://example.com)',
    ],
    ['an object', { license: { type: 'BSD-3-Clause' } }, 'License: BSD-3-Clause'],
  ])('say what package.json says where there is no text: %s', async (_, manifest, text) => {
    pack('node_modules/one', manifest);
    uses('ingest', 'one');
    expect((await notices('ingest'))[1]).toBe(`one 1.2.3\n\n${text}\n`);
  });

  it('end the build, and name the package, where it has no licence at all', async () => {
    pack('node_modules/@of/nobody', {}, { NOTICE: 'Thanks', 'license.json': '{}' });
    uses('ingest', '@of/nobody');
    await expect(build(folder)).rejects.toThrow(
      new BuildError('the package @of/nobody is in a bundle, and says nothing of its licence'),
    );
  });
});
