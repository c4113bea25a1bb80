import type { Catalogue, CatalogueEntry } from '../lib/core/catalogue.ts';
import { consumerName } from '../lib/core/names.ts';
import type {
  AuthorizerFunction,
  ConsumerFunction,
  DeploymentFunction,
  DocumentedFunction,
  FunctionDeclaration,
  QueueFunction,
  QueueName,
  ScheduledFunction,
} from '../lib/wiring/functions/declaration.ts';
import { deadLetterQueueId, functionKey, queueId, REPLAYS_QUEUE_ID } from './names.ts';

/** A function as it is deployed: once, or once for each event type. */
export type Deployed = {
  /** In serverless.yml, and in all names that AWS shows. */
  key: string;
  /** Event types that it serves. */
  types: readonly string[];
} & (
  | {
      declaration: DocumentedFunction | AuthorizerFunction | QueueFunction | ScheduledFunction | DeploymentFunction;
      entry?: undefined;
    }
  | { declaration: ConsumerFunction; entry: CatalogueEntry }
);

/** Every function by what is declared, and how often. */
export const deployedOf = (functions: readonly FunctionDeclaration[], catalogue: Catalogue): Deployed[] =>
  functions.flatMap((declaration): Deployed[] =>
    declaration.kind === 'consumer'
      ? catalogue.entries.map((entry) => {
          const { type } = entry.definition;
          return { key: consumerName(type), types: [type], declaration, entry };
        })
      : [{ key: functionKey(declaration.name), types: catalogue.types, declaration }],
  );

/** Logical names of the queues that a function means by these names. */
export function queueIdsOf(names: readonly QueueName[], { types, entry }: Deployed): string[] {
  const ids: Record<QueueName, readonly string[]> = {
    events: types.map(queueId),
    replays: [REPLAYS_QUEUE_ID],
    'dead-letters': [deadLetterQueueId(false)],
    'dead-letters.fifo': [deadLetterQueueId(true)],
    own: entry ? [queueId(entry.definition.type)] : [],
    'own-dead-letters': entry ? [deadLetterQueueId(entry.ordered)] : [],
  };
  return names.flatMap((name) => ids[name]);
}
