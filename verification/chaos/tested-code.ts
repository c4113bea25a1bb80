import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What a result was measured on. */
export interface TestedCode {
  /** Whole, of the work tree when the run began. */
  commit: string;
  /** Files that were not as they are in the commit, when the run began or when the experiment ended; absent where there are none. */
  uncommitted?: readonly string[];
  /** Where the run did not write down its commit: how it was found afterwards. */
  knownBy?: string;
}

/** Whatever is only read by people changes no result. */
const MEASURED = ['--', '.', ':(exclude)docs', ':(exclude)*.md'];

/**
 * Looks at what a run is about to measure.
 * @param folder of the work tree
 * @returns looks again, since a run may last longer than its files stay as they are, and says what was measured
 * @throws Error where there is no commit to name: a result has to
 */
export async function watchCode(folder: string): Promise<() => Promise<TestedCode>> {
  const git = async (...args: string[]): Promise<string[]> => {
    const { stdout } = await promisify(execFile)('git', args, { cwd: folder });
    return stdout.split(/[\0\n]/).filter(Boolean);
  };
  const [commit] = await git('rev-parse', 'HEAD').catch((cause) => {
    throw new Error('a result names its commit: run the experiments in a clone of the repository', { cause });
  });
  if (commit === undefined) throw new Error('git names no commit');
  const differing = async (): Promise<string[]> => [
    ...(await git('diff', '-z', '--name-only', commit, ...MEASURED)),
    ...(await git('ls-files', '-z', '--others', '--exclude-standard', ...MEASURED)),
  ];
  const atFirst = await differing();
  return async () => {
    const uncommitted = [...new Set([...atFirst, ...(await differing())])].toSorted();
    return { commit, ...(uncommitted.length > 0 && { uncommitted }) };
  };
}
