import { ConfigError, messageOf } from '../../lib/core/errors.ts';
import type { Waiting } from './aws-holding.ts';

/** What a delivery does to one stage, and asks of it. */
export interface Stage {
  /** Ends here what could not be asked afterwards. */
  prepare(): Promise<void>;
  /** When what runs there was packaged, in milliseconds since 1970; undefined where nothing does. */
  running(): Promise<number | undefined>;
  /** Queues with messages that run there now, and that nobody would read after this deployment. */
  abandoned(folder: string): Promise<Waiting[]>;
  /** Takes into the stack what an earlier one left and this deployment would make anew. @returns the names of that */
  adopt(folder: string): Promise<string[]>;
  deploy(folder: string): Promise<void>;
  /** Back to what was packaged then. */
  rollBack(packagedAt: number): Promise<void>;
  /** Queues with messages that nothing which runs there reads. */
  unread(): Promise<Waiting[]>;
  /** @returns whether the stage does what it is for */
  smoke(): Promise<boolean>;
  /** Alarms that fire at this moment, by their names. */
  alarms(): Promise<string[]>;
}

export interface Wanted {
  name: string;
  /** What packageOf put together. */
  folder: string;
  packagedAt: number;
  /** Deploys what is older than what runs. */
  earlier: boolean;
  /** Event types, or queues without one, that may be left with what is in them. */
  leave: readonly string[];
}

export type Delivered = 'delivered' | 'rolled back' | 'failed';

/**
 * Deploys, asks the stage whether it does what it is for, and goes back to what ran before where it does not, or cannot be asked.
 * @param say hears each step
 * @returns `failed` where a stage is left as it should not be: there was nothing to go back to, or going back did not mend it
 * @throws ConfigError where what is wanted is older than what runs, or would leave messages that nobody reads; what the stage throws,
 * with which it is as it was
 */
export async function deliver(wanted: Wanted, stage: Stage, say: (line: string) => void): Promise<Delivered> {
  const { name, folder, packagedAt, earlier } = wanted;
  const before = await stage.running();
  if (before !== undefined && before > packagedAt && !earlier)
    throw new ConfigError(
      `stage ${name} runs what was packaged at ${timeOf(before)}, later than this artefact (${timeOf(packagedAt)}): --earlier deploys it all the same`,
    );
  await refuseToAbandon(wanted, stage);
  await stage.prepare();
  const firing = new Set(await stage.alarms());
  for (const left of await stage.adopt(folder))
    say(`${name}: ${left} was left by an earlier deployment, and is its own again`);
  say(`${name}: deploying what was packaged at ${timeOf(packagedAt)}`);
  try {
    return await deployAndAsk(wanted, stage, { before, firing }, say);
  } finally {
    await sayUnread(name, stage, say);
  }
}

async function deployAndAsk(
  { name, folder, packagedAt }: Wanted,
  stage: Stage,
  { before, firing }: { before: number | undefined; firing: ReadonlySet<string> },
  say: (line: string) => void,
): Promise<Delivered> {
  await stage.deploy(folder);
  const isGood = async () => (await stage.smoke()) && (await isQuiet(name, stage, firing, say));
  if (await asked(name, isGood, say)) {
    say(`${name}: delivered`);
    return 'delivered';
  }
  if (before === undefined || before === packagedAt) {
    say(`${name}: a check failed, and nothing else ran before: it is left as it is`);
    return 'failed';
  }
  say(`${name}: a check failed; going back to what was packaged at ${timeOf(before)}`);
  await stage.rollBack(before);
  const mended = await asked(name, () => stage.smoke(), say);
  say(`${name}: ${mended ? 'what ran before runs again' : 'a check fails with what ran before, too'}`);
  return mended ? 'rolled back' : 'failed';
}

/** Whether a stage is as it should be. One of which nobody can tell, because it cannot be asked, counts as one that is not. */
async function asked(name: string, ask: () => Promise<boolean>, say: (line: string) => void): Promise<boolean> {
  try {
    return await ask();
  } catch (error) {
    say(`${name}: it cannot be asked: ${messageOf(error)}`);
    return false;
  }
}

/** Whether no alarm fires that did not fire before the deployment; those that did say nothing of it. */
async function isQuiet(
  name: string,
  stage: Stage,
  firing: ReadonlySet<string>,
  say: (line: string) => void,
): Promise<boolean> {
  const now = await stage.alarms();
  const known = now.filter((alarm) => firing.has(alarm));
  if (known.length > 0) say(`${name}: these alarms fired before, and do so still: ${known.join(', ')}`);
  const fresh = now.filter((alarm) => !firing.has(alarm));
  if (fresh.length > 0) say(`${name}: these alarms fire since it was deployed: ${fresh.join(', ')}`);
  return fresh.length === 0;
}

/** @throws ConfigError naming what waits, and each way on */
async function refuseToAbandon({ name, folder, leave }: Wanted, stage: Stage): Promise<void> {
  const abandoned = (await stage.abandoned(folder)).filter(({ queue, type = queue }) => !leave.includes(type));
  if (abandoned.length === 0) return;
  const lines = abandoned.map(
    ({ queue, type = queue, messages }) =>
      `${queue} holds ${messages} (${type}), which --leave ${type} would leave there`,
  );
  throw new ConfigError(
    `stage ${name}: nobody would read what waits: ${lines.join('; ')}; deploy what reads it, or wait until it is empty`,
  );
}

/** Whatever became of a delivery; that nobody can look is no reason to hide that. */
async function sayUnread(name: string, stage: Stage, say: (line: string) => void): Promise<void> {
  try {
    for (const { queue, messages } of await stage.unread())
      say(`${name}: ${queue} holds ${messages} messages that nobody reads: deploy what reads it (docs/deploy.md)`);
  } catch (error) {
    say(`${name}: whether a queue holds messages that nobody reads is not known: ${messageOf(error)}`);
  }
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
