import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * Reads the options of an npm script. What it can be told is in the `.usage.txt` beside its file, which local/run.cjs shows for `--help`.
 * @param script as a person types it: `npm run demo`
 * @returns as parseArgs; of an option that there is not, or a value that is none, the process ends with one line and 1
 */
export function readOptions<const Config extends ParseArgsConfig>(
  script: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError && 'code' in error)) throw error;
    return refuse(script, error.message.split(/\. |\n/)[0] ?? '');
  }
}

/** Ends the process: the command line asks for what there is not. @param what one line */
export function refuse(script: string, what: string): never {
  console.error(refusalOf(script, what));
  process.exit(1);
}

/** The line that a wrong command line is answered with. */
export const refusalOf = (script: string, what: string): string => `${what}; ${script} -- --help says what there is`;
