import { eventOperations } from '../../http/api-documents/openapi-events.ts';
import { failureChangeOperations, failureOperations } from '../../http/api-documents/openapi-failures.ts';
import { auditOperations, keyOperations, tenantOperations } from '../../http/api-documents/openapi-keys.ts';
import { sendOperations } from '../../http/api-documents/openapi-post-events.ts';
import { replayOperations } from '../../http/api-documents/openapi-replays.ts';
import { documentOperations, healthOperations } from '../../http/api-documents/openapi-service.ts';
import type { Operations } from '../../http/api-documents/operation.ts';
import type { RouteKey, Routes } from '../../http/route.ts';
import { catalogue } from './catalogue.ts';
import type { DocumentedFunction, HttpFunction } from './declaration.ts';
import { failures } from './failures.ts';
import { health } from './health.ts';
import { ingest } from './ingest.ts';
import { keys } from './keys.ts';
import { query } from './query.ts';
import { replay } from './replay.ts';

/** The compiler asks for an operation of every route, and of no other. */
const documented = <Key extends RouteKey>(
  declaration: HttpFunction & { routes: Routes<Key> },
  operations: Operations<NoInfer<Key>>,
): DocumentedFunction => ({ ...declaration, operations });

/** Those that answer requests, in the order of openapi.json. */
export const httpFunctions: readonly DocumentedFunction[] = [
  documented(ingest, sendOperations),
  documented(query, eventOperations),
  documented(failures, failureOperations),
  documented(replay, { ...failureChangeOperations, ...replayOperations }),
  documented(keys, { ...keyOperations, ...tenantOperations, ...auditOperations }),
  documented(catalogue, documentOperations),
  documented(health, healthOperations),
];
