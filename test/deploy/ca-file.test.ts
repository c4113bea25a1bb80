import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { caFileOf, caVariables, checkCaFile } from '../../deploy/ca-file.ts';
import { parseSettings } from '../../deploy/settings.ts';
import { derive } from '../../deploy/template.ts';
import { catalogueOfTypes } from '../support/definitions.ts';

const FILE = 'certificates/ca.pem';
const [one = '', other = ''] = rootCertificates;
const given = (caFile: string | null, stage = 'dev') => ({
  service: 'sluice',
  stage,
  origins: [],
  environment: {},
  caFile,
});
const settings = (caFile: string | null, stage?: string) => parseSettings(given(caFile, stage));

/** Checks a file with this text. */
function check(text: string, caFile = FILE): void {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'certificates'));
  writeFileSync(join(folder, FILE), text);
  checkCaFile(settings(caFile), folder);
}

test('entry 44: certificates of a stage are packaged with every function, whose Node reads them', async () => {
  // A file of this project will do, which is not looked into here: its bundles are those of the test of the template.
  expect(caVariables(settings('./certificates//ca.pem'))).toEqual({ NODE_EXTRA_CA_CERTS: `/var/task/${FILE}` });
  check(`# ours\n${one}\n${other}\n`);
  check(one.replaceAll('\n', '\r\n'), './certificates/ca.pem');
  const without = await derive(given(null), catalogueOfTypes(['parcel.sent']));
  expect(JSON.stringify(without)).not.toContain('CA_CERTS');
});

test('on stage local functions have those of the machine, and the file need not be there', async () => {
  expect(caFileOf(settings(FILE, 'local'))).toBeUndefined();
  expect(JSON.stringify(await derive(given(FILE, 'local'), catalogueOfTypes(['parcel.sent'])))).not.toContain(FILE);
});

test('entry 44: a file that is missing ends the packaging with a line', async () => {
  await expect(derive(given('certificates/none.pem'), catalogueOfTypes(['parcel.sent']))).rejects.toThrow(
    /^caFile of the stage: certificates\/none.pem cannot be read \(ENOENT\)$/,
  );
});

test.each([
  ['a folder', one, 'certificates', 'certificates cannot be read (EISDIR)'],
  ['a path out of the project', one, '../ca.pem', '"../ca.pem" must be a path below the project'],
  ['an absolute path', one, '/etc/ca.pem', '"/etc/ca.pem" must be a path below the project'],
  ['a pattern', one, 'certificates/*.pem', '"certificates/*.pem" must be a path below the project'],
  ['no certificate', 'a text', FILE, `${FILE} has no certificate (PEM)`],
  ['an empty file', '', FILE, `${FILE} has no certificate (PEM)`],
  ['a private key', `${one}-----BEGIN PRIVATE KEY-----`, FILE, `${FILE} has a private key, which is not deployed`],
  ['half a certificate', one.slice(0, 200), FILE, `${FILE} has no certificate (PEM)`],
  ['a broken one', `${one}${other.replace(/\n.{9}/, '\n')}`, FILE, `certificate 2 of ${FILE} cannot be read`],
])('entry 44: so does %s', (_, text, caFile, line) => {
  expect(() => check(text, caFile)).toThrow(`caFile of the stage: ${line}`);
});
