import { createHash } from 'node:crypto';
import type { Catalogue } from '../../core/catalogue.ts';
import type { Handlers, HttpHandler } from '../http-function.ts';
import { asyncApi } from './asyncapi.ts';
import { eventTypeItems } from './event-types.ts';
import { openApi } from './openapi.ts';
import type { DocumentedRoutes } from './operation.ts';

/** They change only by a deployment; behind authorization they are nobody else's to keep. */
const CACHE_CONTROL = 'private, max-age=300';

export interface DocumentOptions {
  stage: string;
  /** Queue URL up to `<service>-<stage>-`. */
  queueUrlPrefix: string;
  /** Whose routes are described. */
  functions: readonly DocumentedRoutes[];
}

/** The documents that follow from the catalogue, each made once. */
export const getDocuments = (
  catalogue: Catalogue,
  { stage, queueUrlPrefix, functions }: DocumentOptions,
): Handlers<'GET /event-types' | 'GET /openapi.json' | 'GET /asyncapi.json'> => ({
  'GET /event-types': show(eventTypeItems(catalogue)),
  'GET /openapi.json': show(openApi(catalogue, functions, stage === 'local' ? 'open' : 'keys')),
  'GET /asyncapi.json': show(asyncApi(catalogue, queueUrlPrefix)),
});

/** A document with its ETag, which who has it need not be sent again (RFC 9110 section 13.1.2). */
function show(document: unknown): HttpHandler {
  const hash = createHash('sha256').update(JSON.stringify(document)).digest('base64url');
  const etag = `"${hash.slice(0, 22)}"`;
  const headers = { etag, 'cache-control': CACHE_CONTROL };
  return async (request) =>
    matches(request.headers['if-none-match'], etag)
      ? { status: 304, headers, body: undefined }
      : { status: 200, headers, body: document };
}

/** A list of entity tags, weakly compared, or `*`. */
const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, ''))) ?? false;
