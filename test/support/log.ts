import type { Log } from '../../lib/sdk/log.ts';

const nothing = (...args: unknown[]) => (process.env.TEST_LOG ? console.log(...args) : undefined);
export const silentLog: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
