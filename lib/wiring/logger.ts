import { Logger } from '@aws-lambda-powertools/logger';
import { boundedText } from '../core/bounded-text.ts';
import { textOf } from '../core/guarded.ts';
import { LINE, plainDetails } from '../core/plain.ts';
import type { Log } from '../sdk/log.ts';
import { invocationFields } from './invocation.ts';

/**
 * Structured logs on Powertools; the level comes from POWERTOOLS_LOG_LEVEL. What is logged never has a body in it, is bounded whatever it
 * was given, and never throws (lib/core/plain.ts). All that a line says it is given: no key stays with the logger, where it would be said
 * of whatever runs at the same time (docs/logs.md).
 * @param service what the lines call themselves
 */
export function createLogger(service: string): Log {
  const logger = new Logger({ serviceName: service });
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, details?: Record<string, unknown>): void =>
      logger[level](boundedText(textOf(message), LINE.text), { ...plainDetails(details), ...invocationFields() });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
