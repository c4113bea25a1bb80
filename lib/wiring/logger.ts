import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../sdk/log.ts';
import { invocationFields } from './invocation.ts';

/**
 * Structured logs on Powertools; the level comes from POWERTOOLS_LOG_LEVEL. What is logged never has a body in it, and credentials in
 * addresses, which drivers like to quote in their messages, are struck out. All that a line says it is given: no key stays with the
 * logger, where it would be said of whatever runs at the same time (docs/logs.md).
 * @param service what the lines call themselves
 */
export function createLogger(service: string): Log {
  const logger = new Logger({ serviceName: service, jsonReplacerFn: (_, value) => withoutCredentials(value) });
  const all = (details: Record<string, unknown> = {}) => ({ ...details, ...invocationFields() });
  return {
    debug: (message, details) => logger.debug(message, all(details)),
    info: (message, details) => logger.info(message, all(details)),
    warn: (message, details) => logger.warn(message, all(details)),
    error: (message, details) => logger.error(message, all(details)),
  };
}

const withoutCredentials = (value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll(/(\w+:\/\/)[^/\s]*@/g, '$1***@') : value;
