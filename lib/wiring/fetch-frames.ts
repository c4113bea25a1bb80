import { isA, memberOf } from '../core/guarded.ts';

/**
 * What `fetch` rejects with says from where it was called: by itself it has no frames, because Node takes them where nobody waits, and a
 * log line could not name the handler's file. https://nodejs.org/api/errors.html#errorcapturestacktracetargetobject-constructoropt
 */
export function keepFramesOfFetch(host: { fetch: typeof fetch } = globalThis): void {
  const { fetch } = host;
  const named = async (...given: Parameters<typeof fetch>): Promise<Response> => {
    try {
      return await fetch(...given);
    } catch (error) {
      if (isA(error, Error) && !hasFrames(error)) Error.captureStackTrace(error, named);
      throw error;
    }
  };
  host.fetch = named;
}

const hasFrames = (error: Error): boolean => String(memberOf(error, 'stack')).includes('\n    at ');
