import { arch, availableParallelism, hostname, release, totalmem, type } from 'node:os';
import { MongoFault } from '../errors.ts';
import type { Doc } from '../value/types.ts';
import type { Command, CommandContext } from './context.ts';

/** What a shell or a browser of databases asks before it shows anything. */
const onAdmin = (context: CommandContext): void => {
  if (context.database === 'admin') return;
  throw new MongoFault('Unauthorized', `${context.name} may only be run against the admin database.`);
};

/** https://www.mongodb.com/docs/manual/reference/command/getCmdLineOpts/ */
export const getCmdLineOpts: Command = {
  fields: [],
  run(context) {
    onAdmin(context);
    const { setName, me } = context.services.identity();
    const [bindIp, port] = String(me).split(':');
    const tests = context.services.failPoints !== undefined;
    return {
      argv: ['sluice-embedded', '--replSet', setName, ...(tests ? ['--setParameter', 'enableTestCommands=1'] : [])],
      parsed: {
        net: { bindIp, port: Number(port) },
        replication: { replSet: setName },
        ...(tests && { setParameter: { enableTestCommands: '1' } }),
      },
    };
  },
};

/** https://www.mongodb.com/docs/manual/reference/command/getLog/ */
export const getLog: Command = {
  fields: [],
  run(context) {
    onAdmin(context);
    const wanted = context.command.getLog;
    if (wanted === '*') return { names: ['global', 'startupWarnings'] };
    if (wanted !== 'global' && wanted !== 'startupWarnings')
      throw new MongoFault('OperationFailed', `No log named '${String(wanted)}'`);
    return { totalLinesWritten: 0, log: [] };
  },
};

/** https://www.mongodb.com/docs/manual/reference/command/hostInfo/ */
export const hostInfo: Command = {
  fields: [],
  run(context) {
    onAdmin(context);
    const memory = Math.floor(totalmem() / 2 ** 20);
    return {
      system: {
        currentTime: new Date(),
        hostname: hostname(),
        cpuAddrSize: 64,
        memSizeMB: memory,
        memLimitMB: memory,
        numCores: availableParallelism(),
        cpuArch: arch(),
        numaEnabled: false,
      },
      os: { type: type(), name: type(), version: release() },
      extra: {},
    };
  },
};

/** https://www.mongodb.com/docs/manual/reference/command/replSetGetStatus/ */
export const replSetGetStatus: Command = {
  fields: ['initialSync'],
  run(context) {
    onAdmin(context);
    const { setName: set, me: name, lastWrite } = context.services.identity();
    const optime = (lastWrite as Doc).opTime;
    const uptime = Math.floor(process.uptime());
    const member = { _id: 0, name, health: 1, state: 1, stateStr: 'PRIMARY', uptime, optime, self: true };
    return { set, date: new Date(), myState: 1, term: 1, members: [member] };
  },
};

/** https://www.mongodb.com/docs/manual/reference/command/whatsmyuri/ */
export const whatsmyuri: Command = { fields: [], run: (context) => ({ you: `127.0.0.1:${context.connection}` }) };
