import type { Commands } from '../command.ts';
import { connectionCommands } from './connection.ts';
import { hashCommands } from './hashes.ts';
import { hyperloglogCommands } from './hyperloglogs.ts';
import { keyCommands } from './keys.ts';
import { listCommands } from './lists.ts';
import { pubsubCommands } from './pubsub.ts';
import { scriptCommands } from './scripts.ts';
import { serverCommands } from './server.ts';
import { setCommands } from './sets.ts';
import { sortedSetRangeCommands } from './sorted-set-ranges.ts';
import { sortedSetCommands } from './sorted-sets.ts';
import { stringCommands } from './strings.ts';
import { transactionCommands } from './transactions.ts';

/** Every command there is, by its name in lower case. */
export const commands: Commands = {
  ...connectionCommands,
  ...hashCommands,
  ...hyperloglogCommands,
  ...keyCommands,
  ...listCommands,
  ...pubsubCommands,
  ...scriptCommands,
  ...serverCommands,
  ...setCommands,
  ...sortedSetCommands,
  ...sortedSetRangeCommands,
  ...stringCommands,
  ...transactionCommands,
};
