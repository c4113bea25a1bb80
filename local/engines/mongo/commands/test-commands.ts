import { MongoFault } from '../errors.ts';
import { documentIn } from './arguments.ts';
import type { Command } from './context.ts';

/**
 * Only there on a server that was started with test commands.
 * https://github.com/mongodb/mongo/wiki/The-%22failCommand%22-fail-point
 */
export const configureFailPoint: Command = {
  fields: ['mode', 'data'],
  run(context) {
    const { services, command, database } = context;
    if (!services.failPoints) throw new MongoFault('CommandNotFound', "no such command: 'configureFailPoint'");
    if (database !== 'admin')
      throw new MongoFault('Unauthorized', 'configureFailPoint may only be run against the admin database.');
    const data = documentIn(command, 'data', 'configureFailPoint');
    return { count: services.failPoints.set(String(command.configureFailPoint), command.mode, data) };
  },
};
