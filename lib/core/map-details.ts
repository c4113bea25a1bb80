import type { Log } from '../sdk/log.ts';

/**
 * A log that makes something else of the details of each line.
 * @param say what it makes of messages
 */
export function mapDetails(
  log: Log,
  change: (details: Parameters<Log['info']>[1]) => Record<string, unknown>,
  say = (message: string): string => message,
): Log {
  return {
    debug: (message, details) => log.debug(say(message), change(details)),
    info: (message, details) => log.info(say(message), change(details)),
    warn: (message, details) => log.warn(say(message), change(details)),
    error: (message, details) => log.error(say(message), change(details)),
  };
}
