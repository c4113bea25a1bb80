import { dirname, join, relative, sep } from 'node:path';
import { build, type Metafile, type OutputFile, type Plugin } from 'esbuild';
import { FORM } from './bundler.ts';

/** One entry, as it comes out when all entries are bundled at once. */
export interface Compiled {
  /** Where it will lie, as deep as it was compiled for: from the project. */
  folder: string;
  /** Path of its own file, from the project. */
  own: string;
  /** All that it loads by path from the project; a map lies beside each. */
  files: ReadonlyMap<string, Uint8Array>;
}

/** The same in fewer files. */
export interface Joined {
  /** By path from the project. */
  files: ReadonlyMap<string, OutputFile>;
  /** Of those with code; the one that stands for a compiled file has its path as `entryPoint`. */
  outputs: Metafile['outputs'];
}

/**
 * Joins the files of an entry. Bundled together with others it is cut wherever one of them needs a part alone: 42 files at the start of
 * ingest, each of which a process looks for, reads, compiles and links. By itself it has an `index`, its event files, and what those
 * share. An entry whose files are what they were is not joined again.
 * @param project its absolute path
 */
export function chunkJoiner(project: string): (compiled: Compiled) => Promise<Joined> {
  const known = new Map<string, { of: Compiled; joined: Promise<Joined> }>();
  return ({ folder, own, files }) => {
    const before = known.get(folder);
    if (before && isSame(before.of.files, files)) return before.joined;
    const joined = joinChunks(project, { folder, own, files });
    known.set(folder, { of: { folder, own, files }, joined });
    return joined;
  };
}

const isSame = (one: Compiled['files'], other: Compiled['files']): boolean =>
  one.size === other.size &&
  [...one].every(([path, contents]) => Buffer.compare(contents, other.get(path) ?? new Uint8Array()) === 0);

async function joinChunks(project: string, { folder, own, files }: Compiled): Promise<Joined> {
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
  return {
    files: new Map(outputFiles.map((file) => [relative(project, file.path).split(sep).join('/'), file])),
    outputs: Object.fromEntries(outputs),
  };
}

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
      const map = Buffer.from(files.get(`${path}.map`) ?? '').toString('base64');
      const end = code.lastIndexOf(MAP_LINE);
      return { contents: `${end < 0 ? code : code.slice(0, end)}${MAP_LINE}data:application/json;base64,${map}` };
    });
  },
});

const textOf = (contents: Uint8Array | undefined): string => new TextDecoder().decode(contents);
