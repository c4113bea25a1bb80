import { ConfigError } from '../../lib/core/errors.ts';

/** What a delivery does to one stage, and asks of it. */
export interface Stage {
  /** Ends here what could not be asked afterwards. */
  prepare(): Promise<void>;
  /** When what runs there was packaged, in milliseconds since 1970; undefined where nothing does. */
  running(): Promise<number | undefined>;
  deploy(folder: string): Promise<void>;
  /** Back to what was packaged then. */
  rollBack(packagedAt: number): Promise<void>;
  /** @returns whether the stage does what it is for */
  smoke(): Promise<boolean>;
}

export interface Wanted {
  name: string;
  /** What packageOf put together. */
  folder: string;
  packagedAt: number;
  /** Deploys what is older than what runs. */
  earlier: boolean;
}

export type Delivered = 'delivered' | 'rolled back' | 'failed';

/**
 * Deploys, asks the stage whether it does what it is for, and goes back to what ran before where it does not.
 * @param say hears each step
 * @returns `failed` where a stage is left as it should not be: there was nothing to go back to, or going back did not mend it
 * @throws ConfigError where what is wanted is older than what runs; what the stage throws, with which it is as it was
 */
export async function deliver(
  { name, folder, packagedAt, earlier }: Wanted,
  stage: Stage,
  say: (line: string) => void,
): Promise<Delivered> {
  const before = await stage.running();
  if (before !== undefined && before > packagedAt && !earlier)
    throw new ConfigError(
      `stage ${name} runs what was packaged at ${timeOf(before)}, later than this artefact (${timeOf(packagedAt)}): --earlier deploys it all the same`,
    );
  await stage.prepare();
  say(`${name}: deploying what was packaged at ${timeOf(packagedAt)}`);
  await stage.deploy(folder);
  if (await stage.smoke()) {
    say(`${name}: delivered`);
    return 'delivered';
  }
  if (before === undefined || before === packagedAt) {
    say(`${name}: a check failed, and nothing else ran before: it is left as it is`);
    return 'failed';
  }
  say(`${name}: a check failed; going back to what was packaged at ${timeOf(before)}`);
  await stage.rollBack(before);
  const mended = await stage.smoke();
  say(`${name}: ${mended ? 'what ran before runs again' : 'a check fails with what ran before, too'}`);
  return mended ? 'rolled back' : 'failed';
}

/** As the framework names folders in its bucket: `serverless/<service>/<stage>/<milliseconds>-<time>`. @returns undefined for another path */
export function packagedAtIn(path: string): number | undefined {
  const [, digits] = /^serverless\/[^/]+\/[^/]+\/(\d{13})-\d{4}-/.exec(path) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Of a template that is deployed: when it was packaged. @returns undefined where no code is in it, as before the first deployment ended */
export function packagedAtOf(template: unknown): number | undefined {
  const [, path] = /"S3Key":\s*"(serverless\/[^"]+)"/.exec(JSON.stringify(template)) ?? [];
  return path === undefined ? undefined : packagedAtIn(path);
}

const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString();
