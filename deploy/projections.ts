import { parseArgs } from 'node:util';
import { type Config, readConfig } from '../lib/core/config.ts';
import { ConfigError, messageOf } from '../lib/core/errors.ts';
import { checkProjections, outlives } from '../lib/projections/check.ts';
import { rebuild } from '../lib/projections/rebuild/rebuild.ts';
import type { Declared } from '../lib/projections/rebuild/survey.ts';
import { systemClock } from '../lib/wiring/clock.ts';
import { connectMongo, settledRecordsOn } from '../lib/wiring/mongo.ts';
import { connectRedis, generationsOn, moveEarlierProjections, projectionsOn } from '../lib/wiring/redis.ts';
import { checkEventFiles } from './apart/shape.ts';
import { loadEventFolder } from './event-types.ts';
import { progressLog } from './progress-log.ts';
import { checkedText, movedText, rebuiltText } from './projections-text.ts';
import { serviceNameHere } from './service-name.ts';

/** What the command line asks for. */
export interface ProjectionsCommand {
  action: 'rebuild' | 'check' | 'move';
  /** One projection; all when absent. */
  only?: string;
  /** In place of STAGE. */
  stage?: string;
  /** Rebuilds, on a stage that is not local, what records cannot tell in full. */
  force: boolean;
  /** The answer as JSON, for programs. */
  json: boolean;
}

/** What to print, and the exit code: 0 all is well, 2 a check found differences, or a move left what it may not touch. */
export interface ProjectionsAnswer {
  output: string;
  exitCode: 0 | 2;
}

type Environment = Readonly<Record<string, string | undefined>>;

const USAGE =
  'usage: npm run projections -- rebuild|check [<projection>] | move [--stage <stage>] [--force] [--json], with STAGE, MONGODB_URI, MONGODB_DATABASE (<service>_<stage>), REDIS_URL, REDIS_CLUSTER and RETENTION_DAYS in the environment';
/** A person waits longer than a request may. */
const PATIENCE_MS = 10_000;

/** @throws ConfigError with the usage */
export function parseCommand(args: readonly string[]): ProjectionsCommand {
  const { values, positionals } = understood(args);
  const [action, only, ...rest] = positionals;
  const { stage, force = false, json = false } = values;
  if ((action !== 'rebuild' && action !== 'check' && action !== 'move') || rest.length > 0)
    throw new ConfigError(USAGE);
  if (action === 'move' && only !== undefined) throw new ConfigError(USAGE);
  if (force && action !== 'rebuild') throw new ConfigError(USAGE);
  return { action, ...(only !== undefined && { only }), ...(stage !== undefined && { stage }), force, json };
}

function understood(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { stage: { type: 'string' }, force: { type: 'boolean' }, json: { type: 'boolean' } },
    });
  } catch (cause) {
    throw new ConfigError(USAGE, { cause });
  }
}

/** @throws ConfigError when this rebuild would take from a projection what records cannot tell any more */
export function checkRebuild(
  { action, only, force }: ProjectionsCommand,
  stage: string,
  declared: Declared,
  days: number,
): void {
  const longer = Object.keys(declared).filter(
    (name) => (only === undefined || only === name) && outlives(declared, name, days),
  );
  if (action !== 'rebuild' || stage === 'local' || force || longer.length === 0) return;
  throw new ConfigError(
    `records stay ${days} days (RETENTION_DAYS), ${longer.join(', ')} longer: a rebuild keeps what older records alone told, but from keys that newer records tell of too it takes what older ones added (STAGE is ${stage}, not local); after a loss in Redis that is the most that can be had, then say --force`,
  );
}

/**
 * Rebuilds projections from MongoDB, compares them with it, or moves those of the layout before to the keys of this stage.
 * @param given STAGE (or --stage), MONGODB_*, REDIS_*, RETENTION_DAYS; SERVICE unless it is that of serverless.yml
 * @param say hears of progress
 * @throws ConfigError, DefinitionError, DependencyError, SluiceError `rebuild-lost`
 */
export async function runProjectionsCommand(
  command: ProjectionsCommand,
  given: Environment,
  say: (line: string) => void,
): Promise<ProjectionsAnswer> {
  const { only, stage } = command;
  const environment = { SERVICE: serviceNameHere(), ...given, ...(stage !== undefined && { STAGE: stage }) };
  if (command.action === 'move') return moved(command, patiently(readConfig(['redis'], environment)));
  await checkEventFiles();
  const { projections: declared } = await loadEventFolder();
  if (only !== undefined && !Object.hasOwn(declared, only))
    throw new ConfigError(`no event type declares the projection ${only}; known: ${Object.keys(declared).join(', ')}`);
  const config = readConfig(['mongodb', 'redis', 'RETENTION_DAYS'], environment);
  const retentionDays = config.RETENTION_DAYS;
  checkRebuild(command, config.STAGE, declared, retentionDays);

  const patient = {
    ...patiently(config),
    MONGODB_TIMEOUT_MS: Math.max(config.MONGODB_TIMEOUT_MS, PATIENCE_MS),
  };
  const log = progressLog(say);
  const mongo = connectMongo(patient);
  const redis = connectRedis(patient, log);
  const ports = {
    records: settledRecordsOn(mongo),
    generations: generationsOn(redis, patient, systemClock),
    projections: projectionsOn(redis),
    clock: systemClock,
    log,
  };
  try {
    if (command.action === 'check') {
      const checked = await checkProjections(ports, { declared, only, retentionDays });
      const output = command.json ? JSON.stringify(checked) : checkedText(checked);
      return { output, exitCode: checked.differences.length > 0 ? 2 : 0 };
    }
    const rows = await rebuild(ports, { declared, only });
    const output = command.json
      ? JSON.stringify({ retentionDays, projections: rows })
      : rebuiltText(rows, retentionDays);
    return { output, exitCode: 0 };
  } finally {
    await Promise.all([mongo.close(), redis.close()]);
  }
}

const patiently = <Given extends Config<'redis'>>(config: Given): Given => ({
  ...config,
  REDIS_TIMEOUT_MS: Math.max(config.REDIS_TIMEOUT_MS, PATIENCE_MS),
});

async function moved({ json }: ProjectionsCommand, config: Config<'redis'>): Promise<ProjectionsAnswer> {
  const rows = await moveEarlierProjections(config);
  return {
    output: json ? JSON.stringify({ projections: rows }) : movedText(rows),
    exitCode: rows.some(({ left }) => left) ? 2 : 0,
  };
}

if (import.meta.main) {
  try {
    const { output, exitCode } = await runProjectionsCommand(
      parseCommand(process.argv.slice(2)),
      process.env,
      console.error,
    );
    console.log(output);
    process.exitCode = exitCode;
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
