import type { Log } from '../sdk/log.ts';

/** A log that makes something else of the details of each line. */
export const mapDetails = (
  log: Log,
  change: (details: Parameters<Log['info']>[1]) => Record<string, unknown>,
): Log => ({
  debug: (message, details) => log.debug(message, change(details)),
  info: (message, details) => log.info(message, change(details)),
  warn: (message, details) => log.warn(message, change(details)),
  error: (message, details) => log.error(message, change(details)),
});
