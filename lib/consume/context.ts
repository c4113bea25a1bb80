import type { Document } from 'mongodb';
import type { Bounded } from '../core/bounded-text.ts';
import { textOf } from '../core/guarded.ts';
import { type Fields, withFields } from '../core/log-fields.ts';
import { plainLog } from '../core/plain.ts';
import type { Projections } from '../ports/projections.ts';
import type { Transaction } from '../ports/transaction.ts';
import { projectionReader } from '../projections/read.ts';
import type { Context } from '../sdk/context.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import { SluiceError } from '../sdk/errors.ts';
import type { Log } from '../sdk/log.ts';
import { own } from '../sdk/own.ts';
import type { Env } from '../sdk/settings.ts';
import type { Life } from './life.ts';

/** What the context of a handler is made of. */
export interface ContextParts {
  readonly definition: Pick<EventDefinition, 'type' | 'collections' | 'projections'>;
  readonly ports: { readonly projections: Projections; readonly log: Log; readonly env: Env };
  readonly transaction: Pick<Transaction, 'collection'>;
  readonly life: Pick<Life, 'bound'>;
  readonly tenant: string;
  /** Of every line that the handler writes. */
  readonly fields: Fields;
  readonly redaction: Bounded | undefined;
  readonly signal: AbortSignal;
}

/** The context of one call of a handler: what is the same for one event and for many, and what is its own. */
export function contextOf<Own extends object>(
  { definition, ports, transaction, life, tenant, fields, redaction, signal }: ContextParts,
  ofIts: Own,
): Own & Pick<Context, 'collection' | 'redis' | 'env' | 'log' | 'signal'> {
  return {
    ...ofIts,
    collection: <Doc extends Document>(name: string) => {
      if (!own(definition.collections, name))
        throw new SluiceError(
          'collection-misused',
          `collection ${textOf(name)} is not declared in functions/events/${definition.type}.ts`,
        );
      return life.bound(transaction.collection<Doc>(name), 'rejects');
    },
    redis: life.bound(projectionReader(ports.projections, definition.projections, tenant), 'rejects'),
    env: ports.env,
    log: plainLog(withFields(ports.log, fields), redaction),
    signal,
  };
}
