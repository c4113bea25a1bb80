import { buildInfo, connectionStatus, getParameter, hello, ping, serverStatus, startSession } from './admin.ts';
import { aggregate, count, distinct } from './aggregate.ts';
import { bulkWrite } from './bulk-write.ts';
import { collMod, create, drop, dropDatabase } from './catalog.ts';
import type { Command } from './context.ts';
import { remove } from './delete.ts';
import { getCmdLineOpts, getLog, hostInfo, replSetGetStatus, whatsmyuri } from './diagnostics.ts';
import { explain } from './explain.ts';
import { find, getMore, killCursors } from './find.ts';
import { findAndModify } from './find-and-modify.ts';
import { createIndexes, dropIndexes, listIndexes } from './indexes.ts';
import { insert } from './insert.ts';
import { listCollections, listDatabases } from './listing.ts';
import { renameCollection } from './rename.ts';
import { collStats, dbStats } from './stats.ts';
import { configureFailPoint } from './test-commands.ts';
import { abortTransaction, commitTransaction, endSessions, killAllSessions, killSessions } from './transactions.ts';
import { update } from './update.ts';

/** Every command by the names that it answers to. */
export const commands: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    hello,
    isMaster: hello,
    ismaster: hello,
    ping,
    buildInfo,
    buildinfo: buildInfo,
    connectionStatus,
    getParameter,
    serverStatus,
    getCmdLineOpts,
    getLog,
    hostInfo,
    replSetGetStatus,
    whatsmyuri,
    dbStats,
    dbstats: dbStats,
    collStats,
    collstats: collStats,
    configureFailPoint,
    startSession,
    endSessions,
    killSessions,
    killAllSessions,
    commitTransaction,
    abortTransaction,
    insert,
    update,
    delete: remove,
    bulkWrite,
    findAndModify,
    findandmodify: findAndModify,
    find,
    getMore,
    killCursors,
    aggregate,
    count,
    distinct,
    explain,
    create,
    collMod,
    renameCollection,
    drop,
    dropDatabase,
    listCollections,
    listDatabases,
    createIndexes,
    listIndexes,
    dropIndexes,
    deleteIndexes: dropIndexes,
  }),
);
