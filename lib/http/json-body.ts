import { JsonError, parseIJson } from '../core/json/i-json.ts';
import { parseMediaType } from '../core/media-type.ts';
import { HttpProblem } from '../core/problem.ts';
import { mediaTypeProblem } from './media-type-problem.ts';
import { type Readers, readMembers } from './members.ts';
import { bodyText, type HttpRequest, hasNothing, refuseLargeBody } from './request.ts';

/**
 * The body of a request that is a JSON object with some members; no body is an object without any.
 * @param readers one for each member; any other is refused
 * @throws HttpProblem 400, 413, 415
 */
export function jsonBody<Values extends object>(request: HttpRequest, readers: Readers<Values>): Partial<Values> {
  refuseLargeBody(request);
  if (hasNothing(request)) return {};
  // What is compressed is no text at all.
  refuseOtherMedia(request);
  const value = parse(bodyText(request));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpProblem('invalid-parameter', 'the body must be a JSON object');
  }
  return readMembers(value, readers);
}

function refuseOtherMedia({ headers }: HttpRequest): void {
  const mediaType = parseMediaType(headers['content-type']?.trim() || 'application/json');
  const { name, charset = 'utf-8', others = [] } = mediaType ?? {};
  if (name === 'application/json' && charset === 'utf-8' && others.length === 0 && !headers['content-encoding']) return;
  throw mediaTypeProblem('the body must be application/json in UTF-8, not encoded', headers, ['application/json']);
}

function parse(text: string): unknown {
  try {
    return parseIJson(text);
  } catch (error) {
    if (error instanceof JsonError) throw new HttpProblem('invalid-json', error.message, { cause: error });
    throw error;
  }
}
