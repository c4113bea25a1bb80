import { parseArgs } from 'node:util';
import { readConfig } from '../lib/core/config.ts';
import { ConfigError, messageOf } from '../lib/core/errors.ts';
import { type Checked, checkProjections, outlives } from '../lib/projections/check.ts';
import { type Rebuilt, rebuild } from '../lib/projections/rebuild/rebuild.ts';
import type { Declared } from '../lib/projections/rebuild/survey.ts';
import type { Log } from '../lib/sdk/log.ts';
import { systemClock } from '../lib/wiring/clock.ts';
import { connectMongo, settledRecordsOn } from '../lib/wiring/mongo.ts';
import { connectRedis, generationsOn, projectionsOn } from '../lib/wiring/redis.ts';
import { loadEventFolder } from './event-types.ts';
import { table } from './table.ts';

/** What the command line asks for. */
export interface ProjectionsCommand {
  action: 'rebuild' | 'check';
  /** One projection; all when absent. */
  only?: string;
  /** In place of STAGE. */
  stage?: string;
  /** Rebuilds, on a stage that is not local, what records cannot tell in full. */
  force: boolean;
  /** The answer as JSON, for programs. */
  json: boolean;
}

/** What to print, and the exit code: 0 all is well, 2 a check found differences. */
export interface ProjectionsAnswer {
  output: string;
  exitCode: 0 | 2;
}

type Environment = Readonly<Record<string, string | undefined>>;

const USAGE =
  'usage: npm run projections -- rebuild|check [<projection>] [--stage <stage>] [--force] [--json], with MONGODB_URI, MONGODB_DATABASE (sluice), REDIS_URL, REDIS_CLUSTER, RETENTION_DAYS and STAGE in the environment';
/** A person waits longer than a request may. */
const PATIENCE_MS = 10_000;
const MOST_SHOWN = 100;

/** @throws ConfigError with the usage */
export function parseCommand(args: readonly string[]): ProjectionsCommand {
  const { values, positionals } = understood(args);
  const [action, only, ...rest] = positionals;
  const { stage, force = false, json = false } = values;
  if ((action !== 'rebuild' && action !== 'check') || rest.length > 0) throw new ConfigError(USAGE);
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
 * Rebuilds projections from MongoDB, or compares them with it.
 * @param environment STAGE (or --stage; must be said for a rebuild), MONGODB_*, REDIS_*, RETENTION_DAYS
 * @param say hears of progress
 * @throws ConfigError, DefinitionError, DependencyError, SluiceError `rebuild-lost`
 */
export async function runProjectionsCommand(
  command: ProjectionsCommand,
  environment: Environment,
  say: (line: string) => void,
): Promise<ProjectionsAnswer> {
  const { projections: declared } = await loadEventFolder();
  const { only } = command;
  if (only !== undefined && !Object.hasOwn(declared, only))
    throw new ConfigError(`no event type declares the projection ${only}; known: ${Object.keys(declared).join(', ')}`);
  const config = readConfig(['mongodb', 'redis', 'RETENTION_DAYS'], environment);
  const retentionDays = config.RETENTION_DAYS;
  checkRebuild(command, command.stage ?? environment.STAGE ?? 'unset', declared, retentionDays);

  const patient = {
    ...config,
    REDIS_TIMEOUT_MS: Math.max(config.REDIS_TIMEOUT_MS, PATIENCE_MS),
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

function progressLog(say: (line: string) => void): Log {
  const line = (message: string, details: Record<string, unknown> = {}) =>
    say([message, ...Object.entries(details).map(([name, value]) => `${name} ${String(value)}`)].join(', '));
  return { debug: () => undefined, info: line, warn: line, error: line };
}

function rebuiltText(rows: readonly Rebuilt[], days: number): string {
  if (rows.length === 0) return 'no record tells of a projection: nothing was rebuilt';
  const head = ['projection', 'tenant', 'records', 'since', 'keys', 'carried over', 'refused'];
  const body = rows.map(({ projection, tenant, records, since, keys, carried, refused, byAnother }) => [
    ...[projection, tenant, String(records), since.slice(0, 10), String(keys), String(carried), String(refused)],
    byAnother ? 'finished by another rebuild' : '',
  ]);
  return `${table([[...head, ''], ...body])}

Records stay ${days} days after they were settled. A key is whole if all that ever changed it is younger; of any other key this is
what the records that are left tell. A key that none of them tells of was carried over as it was.`;
}

function checkedText({ structures, differences, older }: Checked): string {
  const counts = `${structures} structures compared, ${differences.length} differences, ${older} older than the records`;
  if (differences.length === 0) return counts;
  const rows = differences
    .slice(0, MOST_SHOWN)
    .map(({ projection, tenant, key, name = '', expected, found }) => [
      ...[projection, tenant, key, name],
      `records tell ${expected ?? 'nothing'}`,
      `Redis holds ${found ?? 'nothing'}`,
    ]);
  const more =
    differences.length > MOST_SHOWN ? `\n… and ${differences.length - MOST_SHOWN} more (--json shows all)` : '';
  return `${table(rows)}${more}\n\n${counts}`;
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
