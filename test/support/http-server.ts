import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What the server does with one request: an answer, or a broken connection after the request was read. */
export type Reaction =
  | { status: number; headers?: Record<string, string>; body?: unknown }
  | { lose: 'answer' | 'half the answer' }
  | { hang: true };

/**
 * A server on a random loopback port that plays back one reaction per request, and remembers the requests.
 * @param react what to do with the n-th request, from 0
 */
export async function scriptedServer(react: (request: ReceivedRequest, turn: number) => Reaction) {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
    requests.push(received);
    play(react(received, requests.length - 1), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function play(reaction: Reaction, response: ServerResponse): void {
  if ('hang' in reaction) return;
  if ('lose' in reaction) {
    if (reaction.lose === 'half the answer') {
      response.writeHead(202, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"id":');
    }
    response.socket?.destroy();
    return;
  }
  const text = typeof reaction.body === 'string' ? reaction.body : JSON.stringify(reaction.body ?? {});
  response.writeHead(reaction.status, { 'content-type': 'application/json', ...reaction.headers }).end(text);
}
