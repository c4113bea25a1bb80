import { connectMongo } from '../lib/adapters/mongo/client.ts';
import { checkNew } from '../lib/adapters/mongo/earlier-database.ts';
import { dropDatabase, type SetUp, setupDatabase } from '../lib/adapters/mongo/set-up.ts';
import { databaseOf, patientMongoOptions } from '../lib/core/adapter-options.ts';
import type { Catalogue } from '../lib/core/catalogue.ts';
import { readConfig } from '../lib/core/config.ts';
import { ConfigError, messageOf } from '../lib/core/errors.ts';
import { checkEventFiles } from './apart/shape.ts';
import { loadEventFolder } from './event-types.ts';
import { serviceNameHere } from './service-name.ts';
import { table } from './table.ts';

/** What the command line asks for. */
export interface DatabaseCommand {
  action: 'setup' | 'drop';
  /** The name of the database, said again: drops it on a stage that is not local. */
  force?: string | undefined;
  /** Drops indexes that nothing declares any more. */
  dropUnused?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const USAGE =
  'usage: npm run db:setup [-- --drop-unused] | npm run db:drop [-- --force <database name>], with STAGE, MONGODB_URI and MONGODB_DATABASE (<service>_<stage>) in the environment';

/** @throws ConfigError with the usage */
export function parseCommand(args: readonly string[]): DatabaseCommand {
  const [action, flag, name, ...rest] = args;
  if ((action !== 'setup' && action !== 'drop') || rest.length > 0) throw new ConfigError(USAGE);
  if (flag === undefined) return { action };
  if (action === 'setup' && flag === '--drop-unused' && name === undefined) return { action, dropUnused: true };
  if (flag !== '--force' || name === undefined || action !== 'drop') throw new ConfigError(USAGE);
  return { action, force: name };
}

/** @throws ConfigError when this drop could hit data that somebody needs */
export function checkDrop({ action, force }: DatabaseCommand, stage: string, database: string): void {
  if (action !== 'drop' || force === database || (stage === 'local' && force === undefined)) return;
  throw new ConfigError(
    force === undefined
      ? `this drops the events, failures and documents of database "${database}" (STAGE is ${stage}, not local); if that is meant: npm run db:drop -- --force ${database}`
      : `--force names "${force}", but the database is "${database}"`,
  );
}

/**
 * Creates or drops the collections, validators and indexes of Sluice and of every event file.
 * @param environment STAGE, MONGODB_URI, MONGODB_DATABASE; SERVICE unless it is that of serverless.yml
 * @param declared collections of event files; those that are there unless said otherwise
 * @returns a table of what was done
 * @throws ConfigError, DefinitionError, DependencyError
 */
export async function runDatabaseCommand(
  command: DatabaseCommand,
  environment: Environment,
  declared?: Catalogue['collections'],
): Promise<string> {
  const config = configOf(environment);
  checkDrop(command, config.STAGE, databaseOf(config));
  if (!declared) await checkEventFiles();
  if (command.action === 'setup') {
    const { where, rows } = await setUpHere(environment, declared, command.dropUnused);
    return `${where}\n\n${setUpText(rows)}`;
  }
  const collections = declared ?? (await loadEventFolder()).collections;
  return connected(config, async ({ db }, where) => {
    const dropped = await dropDatabase(db, collections);
    return `${where}\n\n${table(dropped.map((name) => [name, 'dropped']))}`;
  });
}

/**
 * Creates what runDatabaseCommand would.
 * @param environment, declared as there
 * @param dropUnused drops indexes that nothing declares any more
 * @returns what became of each collection, and the database in words
 * @throws ConfigError, DefinitionError, DependencyError, SluiceError `not-unique` or `setup-refused`
 */
export async function setUpHere(
  environment: Environment,
  declared?: Catalogue['collections'],
  dropUnused = false,
): Promise<{ where: string; rows: SetUp[] }> {
  const config = configOf(environment);
  const collections = declared ?? (await loadEventFolder()).collections;
  return connected(config, async (connection, where) => {
    if (config.MONGODB_DATABASE === undefined) await checkNew(connection);
    return { where, rows: await setupDatabase(connection.db, collections, { dropUnused, expireSooner: true }) };
  });
}

/** A line about the indexes that nothing declares any more; undefined where there are none. */
export function unusedLine(rows: readonly SetUp[]): string | undefined {
  const unused = rows.flatMap(({ collection, unused }) => unused.map((name) => `${collection}.${name}`));
  return unused.length === 0
    ? undefined
    : `nothing declares ${unused.join(', ')} any more; a unique one goes on refusing documents: npm run db:setup -- --drop-unused drops them`;
}

const configOf = (environment: Environment) => readConfig(['mongodb'], { SERVICE: serviceNameHere(), ...environment });

async function connected<Result>(
  config: ReturnType<typeof configOf>,
  work: (connection: ReturnType<typeof connectMongo>, where: string) => Promise<Result>,
): Promise<Result> {
  const connection = connectMongo(patientMongoOptions(config));
  const { srvHost, hosts } = connection.client.options;
  try {
    return await work(connection, `database "${databaseOf(config)}" on ${srvHost ?? hosts.join(', ')}`);
  } finally {
    await connection.close();
  }
}

function setUpText(rows: readonly SetUp[]): string {
  const made = table(
    rows.map(({ collection, created, indexes, ...changes }) => [
      collection,
      created ? 'created' : 'was there',
      `${indexes} indexes`,
      (['made', 'changed', 'dropped'] as const)
        .filter((what) => !created && changes[what].length > 0)
        .map((what) => `${what}: ${changes[what].join(', ')}`)
        .join('; '),
    ]),
  );
  const unused = unusedLine(rows);
  return unused === undefined ? made : `${made}\n\n${unused}`;
}

if (import.meta.main) {
  try {
    console.log(await runDatabaseCommand(parseCommand(process.argv.slice(2)), process.env));
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
