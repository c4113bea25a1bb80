import { basename, dirname, join, relative, sep } from 'node:path';
import { build, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import { FORM } from './bundler.ts';

/** A file as esbuild made it. */
type Made = Pick<OutputFile, 'hash' | 'contents'>;

/** One entry, as it comes out when all entries are bundled at once. */
export interface Compiled {
  /** Where it will lie, as deep as it was compiled for: from the project. */
  folder: string;
  /** Path of its own file, from the project. */
  own: string;
  /** All that it loads by path from the project; a map lies beside each. */
  files: ReadonlyMap<string, Made>;
  outputs: Metafile['outputs'];
}

/** How its files lie in the folder of an entry. */
export interface Laid {
  /** Of its own file, in `outputs`. */
  own: string;
  /** Of those with code; the one that stands for a compiled file has its path as `entryPoint`. */
  outputs: Metafile['outputs'];
  /** What is written of them and their maps. */
  files: ReadonlyMap<string, Made & { name: string }>;
}

/** @param project its absolute path */
export type Lay = (project: string, compiled: Compiled) => Promise<Laid>;

/**
 * Joins the files of an entry. Bundled together with others it is cut wherever one of them needs a part alone: 42 files at the start of
 * ingest, each of which a process looks for, reads, compiles and links. By itself it has an `index`, its event files, and what those
 * share.
 */
export const joinChunks: Lay = async (project, { folder, own, files }) => {
  const names = plainNames([...files.keys()]);
  const { outputFiles, metafile } = await build({
    ...FORM,
    absWorkingDir: project,
    entryPoints: [{ in: own, out: 'index' }],
    outdir: folder,
    plugins: [fromMemory(files, names)],
    metafile: true,
    write: false,
  });
  const pathOf = new Map([...names].map(([path, name]) => [`${MEMORY}:${name}`, path]));
  const outputs = Object.entries(metafile.outputs).map(([path, output]) => {
    const entryPoint = pathOf.get(output.entryPoint ?? '');
    return [path, { ...output, ...(entryPoint !== undefined && { entryPoint }) }] as const;
  });
  const made = outputFiles.map(({ path, hash, contents }) => ({ path, hash, contents, name: basename(path) }));
  return {
    own: `${folder}/${INDEX}`,
    outputs: Object.fromEntries(outputs),
    files: new Map(made.map((file) => [relative(project, file.path).split(sep).join('/'), file])),
  };
};

/** Leaves them as they are: for a start on this machine, which waits for every build. */
export const leaveChunks: Lay = async (_, { own, files, outputs }) => ({
  own,
  outputs: Object.fromEntries(Object.entries(outputs).map(([path, one]) => [path, { ...one, entryPoint: path }])),
  files: new Map([...files].map(([path, file]) => [path, { ...file, name: path === own ? INDEX : basename(path) }])),
});

/** What a function is loaded by. */
const INDEX = 'index.mjs';

const MEMORY = 'compiled';
const MAP_LINE = '//# sourceMappingURL=';

/** Names of files without the hash that esbuild gave them, where that tells none apart: they are given another. */
function plainNames(paths: readonly string[]): Map<string, string> {
  const plain = (path: string) => path.replace(/-[A-Z0-9]{8}\.mjs$/, '.mjs');
  const counts = Map.groupBy(paths, plain);
  return new Map(paths.map((path) => [path, counts.get(plain(path))?.length === 1 ? plain(path) : path]));
}

/** Hands esbuild what it has made before; all else stays outside, as it was. */
const fromMemory = (files: Compiled['files'], names: ReadonlyMap<string, string>): Plugin => ({
  name: 'from-memory',
  setup({ onResolve, onLoad }) {
    const pathOf = new Map([...names].map(([path, name]) => [name, path]));
    onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
      const to = kind === 'entry-point' ? path : join(dirname(pathOf.get(importer) ?? importer), path);
      const name = kind === 'entry-point' || path.startsWith('./') ? names.get(to) : undefined;
      return name === undefined ? { path, external: true } : { path: name, namespace: MEMORY };
    });
    onLoad({ filter: /.*/, namespace: MEMORY }, ({ path: name }) => {
      const path = pathOf.get(name) ?? name;
      const code = textOf(files.get(path));
      const map = Buffer.from(files.get(`${path}.map`)?.contents ?? '').toString('base64');
      const end = code.lastIndexOf(MAP_LINE);
      return { contents: `${end < 0 ? code : code.slice(0, end)}${MAP_LINE}data:application/json;base64,${map}` };
    });
  },
});

const textOf = (file: Made | undefined): string => new TextDecoder().decode(file?.contents);
