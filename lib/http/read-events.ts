import { JsonError, parseIJson } from '../core/json/i-json.ts';
import { isJson, parseMediaType } from '../core/media-type.ts';
import { HttpProblem } from '../core/problem.ts';
import { unquote } from '../core/quoted.ts';
import type { Draft } from '../ingest/check.ts';
import { binaryMembers, isBinary, TWICE } from './binary-event.ts';
import { mediaTypeProblem } from './media-type-problem.ts';
import { bodyText, type HttpRequest, refuseLargeBody } from './request.ts';

/** The most events of one request. */
export const MAX_EVENTS = 1000;

const understood = ['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'] as const;
type Understood = (typeof understood)[number];

/** What a request brings: one event, or an array whose answer has one entry per event. */
export type Delivery = { one: Draft } | { many: readonly Draft[] };

/**
 * Takes the events out of a request, in any mode of the CloudEvents HTTP binding 1.0 or as plain JSON (docs/http.md section 2).
 * @throws HttpProblem that concerns the request as a whole: 400, 413, 415, or 422 for binary data that is not JSON
 */
export function readEvents(request: HttpRequest): Delivery {
  const { mode, json } = modeOf(request);
  refuseLargeBody(request);
  if (mode === 'binary') {
    return { one: { members: binaryMembers(request.headers, json ? readJsonData(request) : undefined), plain: false } };
  }
  const value = readJson(bodyText(request));
  const plain = mode === 'application/json';
  if (Array.isArray(value) && mode !== 'application/cloudevents+json') {
    if (value.length > MAX_EVENTS) {
      throw new HttpProblem(
        'request-too-large',
        `the array has ${value.length} events; at most ${MAX_EVENTS} are taken at a time`,
      );
    }
    return { many: value.map((members) => ({ members, plain })) };
  }
  if (mode === 'application/cloudevents-batch+json') {
    throw new HttpProblem('invalid-event', `${mode} needs an array of events`);
  }
  const defaultId = idempotencyKey(request.headers['idempotency-key']);
  return { one: { members: value, plain, ...(defaultId !== undefined && { defaultId }) } };
}

/** @returns the mode, and whether the body is JSON: in binary mode it may be anything, which concerns that event alone */
function modeOf({ headers }: HttpRequest): { mode: Understood | 'binary'; json: boolean } {
  const unsupported = (detail: string, more = {}) =>
    mediaTypeProblem(`${detail}; ${instead}`, headers, understood, more);
  const encoding = headers['content-encoding']?.trim();
  if (encoding) throw unsupported('a Content-Encoding is not understood', { 'accept-encoding': 'identity' });
  const stated = headers['content-type']?.trim() || 'application/json';
  const mediaType = parseMediaType(stated);
  if (!mediaType) throw unsupported('the Content-Type is malformed');
  const { name, charset, others } = mediaType;
  const binary = isBinary(headers) && !name.startsWith('application/cloudevents');
  if (binary && !isJson(name)) return { mode: 'binary', json: false };
  const mode = binary ? 'binary' : understood.find((one) => one === name);
  if (mode === undefined) throw unsupported('the Content-Type is none of those understood');
  if (charset !== undefined && charset !== 'utf-8') throw unsupported('the charset must be utf-8');
  if (others.length > 0) throw unsupported('a parameter of the Content-Type is not understood');
  return { mode, json: true };
}

const instead = `understood are ${understood.join(', ')} (with charset=utf-8 or without parameters, not encoded), and application/json with ce-* headers`;

function readJson(text: string): unknown {
  try {
    return parseIJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw new HttpProblem('invalid-json', error.message, { cause: error });
    throw error;
  }
}

/** In binary mode the body is the data: no body is no data. */
function readJsonData(request: HttpRequest): unknown {
  const text = bodyText(request);
  return text === '' ? undefined : readJson(text);
}

/**
 * The key as an id: quoted, as the draft of the header says, or bare. What cannot be one, the event will be refused for.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
const idempotencyKey = (header: string | undefined): Draft['defaultId'] => {
  if (header === undefined) return undefined;
  const id = unquote(header.trim());
  if (id === undefined) return { fault: 'is a quoted string that does not end' };
  return header.includes(',') ? { fault: TWICE } : id;
};
