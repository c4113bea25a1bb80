import { request } from 'node:http';

export interface RawAnswer {
  status: number;
  mediaType: string;
  text: string;
}

/**
 * Sends a request as it is written: `fetch` would mend its target, and join its headers.
 * @param headers names and values in turn
 */
export function rawRequest(
  api: string,
  { method, target, headers = [] }: { method: string; target: string; headers?: readonly string[] },
): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(api);
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const sent = request(
    { hostname, port, method, path: target, headers: ['Host', host, ...headers], agent: false },
    async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      const { statusCode: status = 0, headers: received } = response;
      resolve({ status, mediaType: received['content-type'] ?? '', text: Buffer.concat(parts).toString() });
    },
  );
  sent.on('error', reject);
  sent.end();
  return promise;
}
