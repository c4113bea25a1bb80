import { Binary, UUID } from 'bson';
import { MongoFault } from '../errors.ts';
import type { Command, Services } from './context.ts';

const VERSION = '8.0.0';

/** https://www.mongodb.com/docs/manual/reference/command/hello/ */
export const hello: Command = {
  fields: [
    ...['helloOk', 'topologyVersion', 'maxAwaitTimeMS', 'client', 'compression', 'saslSupportedMechs', 'loadBalanced'],
    ...['speculativeAuthenticate', 'backpressure', 'hostInfo'],
  ],
  inTransaction: true,
  run(context) {
    const legacy = context.name !== 'hello';
    return {
      helloOk: true,
      ...(legacy ? { ismaster: true } : {}),
      ...(!legacy && { isWritablePrimary: true }),
      ...context.services.identity(),
      localTime: new Date(),
      connectionId: context.connection,
    };
  },
};

export const ping: Command = { fields: [], run: () => ({}) };

/** https://www.mongodb.com/docs/manual/reference/command/buildInfo/ */
export const buildInfo: Command = {
  fields: [],
  run: () => ({
    version: VERSION,
    versionArray: [...VERSION.split('.').map(Number), 0],
    gitVersion: 'sluice-embedded',
    modules: ['embedded'],
    bits: 64,
    debug: false,
    maxBsonObjectSize: 16_777_216,
    storageEngines: ['memory'],
  }),
};

/** https://www.mongodb.com/docs/manual/reference/command/startSession/ */
export const startSession: Command = {
  fields: [],
  run: () => ({ id: { id: new Binary(new UUID().buffer, Binary.SUBTYPE_UUID) }, timeoutMinutes: 30 }),
};

/** https://www.mongodb.com/docs/manual/reference/command/connectionStatus/ */
export const connectionStatus: Command = {
  fields: ['showPrivileges'],
  run: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
};

/** https://www.mongodb.com/docs/manual/reference/command/serverStatus/ */
export const serverStatus: Command = {
  fields: ['repl', 'metrics', 'locks', 'wiredTiger', 'opcounters', 'connections', 'mem', 'network'],
  run: (context) => ({
    host: context.services.identity().me,
    version: VERSION,
    process: 'sluice-embedded',
    pid: process.pid,
    uptime: process.uptime(),
    localTime: new Date(),
    storageEngine: { name: 'memory', supportsCommittedReads: true, persistent: false },
    metrics: { cursor: { open: { total: context.services.cursors.size } } },
  }),
};

const parametersOf = ({ failPoints }: Services): Readonly<Record<string, unknown>> => ({
  featureCompatibilityVersion: { version: '8.0' },
  authenticationMechanisms: [],
  ttlMonitorEnabled: true,
  enableTestCommands: failPoints !== undefined,
  requireApiVersion: false,
});

/** https://www.mongodb.com/docs/manual/reference/command/getParameter/ */
export const getParameter: Command = {
  fields: [
    'featureCompatibilityVersion',
    'authenticationMechanisms',
    'ttlMonitorEnabled',
    'enableTestCommands',
    'requireApiVersion',
    'allParameters',
  ],
  run(context) {
    const parameters = parametersOf(context.services);
    const asked = Object.keys(parameters).filter((name) => context.command[name] !== undefined);
    if (context.command.getParameter === '*') return { ...parameters };
    if (asked.length === 0) throw new MongoFault('InvalidOptions', 'no option found to get');
    return Object.fromEntries(asked.map((name) => [name, parameters[name]]));
  },
};
