import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';

interface Answer {
  status: number;
  text: string;
}

/**
 * Sends one request, over a connection of its own: a process asks a few times in its life.
 * @param signal ends it
 * @throws what the network failed of; never a part of what was sent
 */
export function post(
  url: URL,
  { headers, body, signal }: { headers: Readonly<Record<string, string>>; body: string; signal: AbortSignal },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'http:' ? overHttp : overHttps;
    const asked = request(url, { method: 'POST', headers, signal, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => void parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      );
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
