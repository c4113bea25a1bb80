import { createHash } from 'node:crypto';
import { mayType } from '../../core/access/identity.ts';
import type { Bounds } from '../../core/access/key-entry.ts';
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

/** The documents that follow from the catalogue, of the types that the caller's key is for; those of all types are made once. */
export const getDocuments = (
  catalogue: Catalogue,
  { stage, queueUrlPrefix, functions }: DocumentOptions,
): Handlers<'GET /event-types' | 'GET /openapi.json' | 'GET /asyncapi.json'> => ({
  'GET /event-types': show(catalogue, eventTypeItems),
  'GET /openapi.json': show(catalogue, (known) => openApi(known, functions, stage === 'local' ? 'open' : 'keys')),
  'GET /asyncapi.json': show(catalogue, (known) => asyncApi(known, queueUrlPrefix)),
});

/** A document with its ETag, which who has it need not be sent again (RFC 9110 section 13.1.2). */
function show(catalogue: Catalogue, make: (catalogue: Catalogue) => unknown): HttpHandler {
  const ofAll = tagged(make(catalogue));
  return async (request, identity) => {
    const { etag, document } = identity.types ? tagged(make(allowed(catalogue, identity))) : ofAll;
    const headers = { etag, 'cache-control': CACHE_CONTROL, vary: 'authorization' };
    return matches(request.headers['if-none-match'], etag)
      ? { status: 304, headers, body: undefined }
      : { status: 200, headers, body: document };
  };
}

function tagged(document: unknown): { etag: string; document: unknown } {
  const hash = createHash('sha256').update(JSON.stringify(document)).digest('base64url');
  return { etag: `"${hash.slice(0, 22)}"`, document };
}

/** What of a catalogue a key may know. */
const allowed = (catalogue: Catalogue, bounds: Bounds): Catalogue => ({
  ...catalogue,
  types: catalogue.types.filter((type) => mayType(bounds, type)),
  entries: catalogue.entries.filter(({ definition: { type } }) => mayType(bounds, type)),
  get: (type) => (mayType(bounds, type) ? catalogue.get(type) : undefined),
});

/** A list of entity tags, weakly compared, or `*`. */
const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, ''))) ?? false;
