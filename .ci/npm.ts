import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** A registry that does not answer at once is one that cannot be reached: nobody waits for a second try. */
const QUICKLY = ['--fetch-retries=0', '--fetch-timeout=6000'];

/** What `npm <command> --json` prints, whatever code it ends with; undefined where that is no JSON. */
export async function askNpm(command: string): Promise<unknown> {
  const npm = spawn('npm', [command, '--json', ...QUICKLY], { stdio: ['ignore', 'pipe', 'ignore'] });
  const said = await text(npm.stdout);
  try {
    return JSON.parse(said);
  } catch {
    return undefined;
  }
}
