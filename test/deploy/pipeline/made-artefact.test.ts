import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { makeArtefact, packageOf } from '../../../deploy/pipeline/made-artefact.ts';

const folder = mkdtempSync(join(tmpdir(), 'artefact-'));
afterAll(() => rmSync(folder, { recursive: true }));
const to = join(folder, 'artefact');
const out = join(folder, 'package');
const built = { commit: 'c0ffee', builtAt: '2026-11-29T10:00:00Z', to };
const STATE = 'serverless-state.json';

/** What the framework leaves of a stage, code and template. */
function packaged(stage: string, code: Record<string, string> = { 'ingest.zip': 'code', 'query.zip': 'more' }) {
  const of = join(folder, `of-${stage}`);
  rmSync(of, { recursive: true, force: true });
  mkdirSync(of);
  const templates = ['create', 'update'].map((what) => `cloudformation-template-${what}-stack.json`);
  for (const name of [...templates, STATE]) writeFileSync(join(of, name), `${name} of ${stage}`);
  for (const [name, text] of Object.entries(code)) writeFileSync(join(of, name), text);
  return of;
}

describe('an artefact of several stages', () => {
  beforeEach(() => makeArtefact({ stages: ['dev', 'prod'], ...built }, async (stage) => packaged(stage)));

  test('has the code once, and is put together for each stage with that stage’s template', () => {
    expect(readdirSync(join(to, 'zips')).sort()).toEqual(['ingest.zip', 'query.zip']);
    for (const stage of ['dev', 'prod']) {
      expect(packageOf(to, stage, out)).toMatchObject({ commit: 'c0ffee' });
      expect(readFileSync(join(out, STATE), 'utf8')).toBe(`${STATE} of ${stage}`);
      expect(readFileSync(join(out, 'ingest.zip'), 'utf8')).toBe('code');
      expect(readdirSync(out)).toHaveLength(5);
    }
  });

  test.each([
    ['zips/query.zip', 'changed'],
    [`stages/prod/${STATE}`, 'changed'],
    ['zips/query.zip', undefined],
  ])('of which %s is %s is not deployed', (path, text) => {
    if (text === undefined) rmSync(join(to, path));
    else writeFileSync(join(to, path), text);
    expect(() => packageOf(to, 'prod', out)).toThrow(/(query\.zip|state\.json) is not as it was made/);
  });

  test('is for its stages alone', () => {
    expect(() => packageOf(to, 'staging', out)).toThrow('is for dev, prod, and not for stage staging');
  });

  test('may not name a file outside itself', () => {
    const path = join(to, 'artefact.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('query.zip', '../query.zip'));
    expect(() => packageOf(to, 'dev', out)).toThrow('is no artefact');
  });
});

test.each([
  [{ 'ingest.zip': 'code', 'query.zip': 'other' }, 'query.zip'],
  [{ 'ingest.zip': 'code' }, 'query.zip'],
  [{ 'ingest.zip': 'code', 'query.zip': 'more', 'keys.zip': 'new' }, 'keys.zip'],
])('stages whose code differs are not made into one: %j', async (code, named) => {
  const making = makeArtefact({ stages: ['dev', 'prod'], ...built }, async (stage) =>
    packaged(stage, stage === 'prod' ? code : undefined),
  );
  await expect(making).rejects.toThrow(`stage prod: ${named} differ`);
});

test('a package without its template is none', async () => {
  const making = makeArtefact({ stages: ['dev'], ...built }, async (stage) => {
    const of = packaged(stage);
    rmSync(join(of, STATE));
    return of;
  });
  await expect(making).rejects.toThrow(`the package of stage dev has no ${STATE}`);
});

test.each(['notes.txt', 'deploy/made-artefact.ts'])(
  'a folder that holds something else (%s) is not emptied',
  async (path) => {
    const other = join(folder, 'other');
    const file = join(other, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, 'of a person');
    const making = makeArtefact({ stages: ['dev'], ...built, to: other }, async (stage) => packaged(stage));
    await expect(making).rejects.toThrow(/other holds .*, and is no artefact: name a folder of its own/);
    expect(readFileSync(file, 'utf8')).toBe('of a person');
    rmSync(other, { recursive: true });
  },
);

test('one that was left half made is made anew', async () => {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(join(to, 'zips'), { recursive: true });
  writeFileSync(join(to, 'zips', 'old.zip'), 'old');
  await makeArtefact({ stages: ['dev'], ...built }, async (stage) => packaged(stage));
  expect(readdirSync(join(to, 'zips')).sort()).toEqual(['ingest.zip', 'query.zip']);
});
