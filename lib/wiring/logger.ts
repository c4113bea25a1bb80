import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../sdk/log.ts';

/**
 * Structured logs on Powertools; the level comes from POWERTOOLS_LOG_LEVEL. What is logged never has a body in it, and credentials in
 * addresses, which drivers like to quote in their messages, are struck out.
 * @param service what the lines call themselves
 */
export function createLogger(service: string): Log {
  const logger = new Logger({ serviceName: service, jsonReplacerFn: (_, value) => withoutCredentials(value) });
  return {
    debug: (message, details = {}) => logger.debug(message, details),
    info: (message, details = {}) => logger.info(message, details),
    warn: (message, details = {}) => logger.warn(message, details),
    error: (message, details = {}) => logger.error(message, details),
  };
}

const withoutCredentials = (value: unknown): unknown =>
  typeof value === 'string' ? value.replaceAll(/(\w+:\/\/)[^/\s]*@/g, '$1***@') : value;
