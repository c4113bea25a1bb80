import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { BuildError } from './build-error.ts';

/** What the file is called beside a bundle. */
export const NOTICES = 'THIRD-PARTY-NOTICES.txt';

const HEAD = 'This function contains the packages named below, each under the licence that follows its name.';
const LINE = '-'.repeat(80);
/** `LICENSE`, `LICENCE.md`, `license-mit.txt`, `COPYING`; a `license.js` is code. */
const LICENCE = /^(licen[cs]es?|copying)\b(?!.*\.[cm]?[jt]s(on)?$)/i;
/** The Apache licence asks that it be passed on beside the licence. */
const NOTICE = /^notice\b(?!.*\.[cm]?[jt]s(on)?$)/i;

/** What a package.json may say of these, in its present form and in older ones. */
interface Manifest {
  name: string;
  version?: string;
  license?: string | { type?: string };
  licenses?: { type?: string }[];
  author?: string | { name?: string; email?: string; url?: string };
}
interface Notice {
  /** `zod 4.6.7` */
  title: string;
  text: string;
}

/** Of a bundle's outputs, the text for its file of notices. @throws BuildError that names a package without any licence */
export type NoticesOf = (metafile: Metafile, paths: readonly string[]) => string;

/**
 * Makes what gives a bundle its notices. Each package is read once, however many bundles have it.
 * @param folder the project, to which the paths of the metafile are relative
 */
export function noticesIn(folder: string): NoticesOf {
  const known = new Map<string, Notice>();
  const noticeOf = (home: string): Notice => {
    const notice = known.get(home) ?? readNotice(join(folder, home));
    known.set(home, notice);
    return notice;
  };
  return ({ outputs }, paths) => {
    const inputs = paths.flatMap((path) => Object.entries(outputs[path]?.inputs ?? {}));
    const homes = inputs.flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? packageOf(input) : []));
    return textOf([...new Set(homes)].map(noticeOf));
  };
}

/** `node_modules/a/node_modules/@b/c/lib/d.js` -> [`node_modules/a/node_modules/@b/c`]; none of a file of the project */
function packageOf(input: string): string[] {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.slice(0, 1) ?? [];
}

/** @param home absolute path of a package */
function readNotice(home: string): Notice {
  const manifest: Manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const names = readdirSync(home, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .toSorted();
  const texts = (kind: RegExp) =>
    names.filter((name) => kind.test(name)).map((name) => normalized(readFileSync(join(home, name), 'utf8')));
  const licences = texts(LICENCE);
  const text = licences.length > 0 ? licences : [declared(manifest)];
  return {
    title: [manifest.name, manifest.version].filter(Boolean).join(' '),
    text: [...text, ...texts(NOTICE)].join('\n\n'),
  };
}

/** For a package that has no text of its licence. */
function declared({ name, license, licenses = [], author }: Manifest): string {
  const kinds = [license, ...licenses].map((one) => (typeof one === 'object' ? one.type : one)).filter(Boolean);
  if (kinds.length === 0) throw new BuildError(`the package ${name} is in a bundle, and says nothing of its licence`);
  const { name: person, email, url } = typeof author === 'object' ? author : { name: author };
  const by = [person, email && `<${email}>`, url && `(${url})`].filter(Boolean).join(' ');
  return [`License: ${kinds.join(' or ')}`, ...(by ? [`Author: ${by}`] : [])].join('\n');
}

/** One section per text: packages that are published together have the same. */
function textOf(notices: readonly Notice[]): string {
  const titles = Map.groupBy(
    notices.toSorted((one, other) => (one.title < other.title ? -1 : 1)),
    ({ text }) => text,
  );
  const sections = [...titles].map(([text, of]) => `${of.map(({ title }) => title).join('\n')}\n\n${text}`);
  return `${[HEAD, ...sections].join(`\n\n${LINE}\n`)}\n`;
}

const normalized = (text: string): string => text.replaceAll('\r\n', '\n').trim();
