import { createHash } from 'node:crypto';
import type { Catalogue } from '../../core/catalogue.ts';
import { asyncApi } from './asyncapi.ts';
import { eventTypeItems } from './event-types.ts';
import { openApi } from './openapi.ts';

export interface Answer {
  status: 200 | 304;
  headers: Record<string, string>;
  /** Absent in a 304. */
  body?: unknown;
}
/** @returns null for a path that is none of the documents' */
export type AnswerDocument = (path: string, ifNoneMatch?: string) => Answer | null;

/** They change only by a deployment; behind authorization they are nobody else's to keep. */
const CACHE_CONTROL = 'private, max-age=300';

/**
 * The documents that follow from the catalogue, each made once and answered with its ETag (RFC 9110 section 13.1.2).
 * @param options.queueUrlPrefix queue URL up to `<service>-<stage>-`
 */
export function documents(catalogue: Catalogue, options: { stage: string; queueUrlPrefix: string }): AnswerDocument {
  const made = new Map(
    Object.entries({
      '/event-types': eventTypeItems(catalogue),
      '/openapi.json': openApi(catalogue, options.stage === 'local' ? 'none' : 'aws-iam'),
      '/asyncapi.json': asyncApi(catalogue, options.queueUrlPrefix),
    }).map(([path, document]) => {
      const hash = createHash('sha256').update(JSON.stringify(document)).digest('base64url');
      return [path, { body: document, etag: `"${hash.slice(0, 22)}"` }];
    }),
  );
  return (path, ifNoneMatch) => {
    const document = made.get(path);
    if (!document) return null;
    const headers = { etag: document.etag, 'cache-control': CACHE_CONTROL };
    if (matches(ifNoneMatch, document.etag)) return { status: 304, headers };
    return { status: 200, headers, body: document.body };
  };
}

/** A list of entity tags, weakly compared, or `*`. */
const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch?.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, ''))) ?? false;
