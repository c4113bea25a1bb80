import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * Posts bodies on so many connections that are kept, one request at a time on each. By sockets, because the sender has the same cores as what
 * it measures: `fetch` takes twenty times as much.
 * @param url of every request
 * @returns the milliseconds that each took
 * @throws Error for an answer other than 202 or without a length, and for a connection that breaks
 */
export async function postAll(
  url: URL,
  headers: Readonly<Record<string, string>>,
  bodies: Iterable<string>,
  connections: number,
): Promise<number[]> {
  const lines = Object.entries({ host: url.host, 'content-type': 'application/json', ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const head = `POST ${url.pathname} HTTP/1.1\r\n${lines.join('')}content-length: `;
  const took: number[] = [];
  const left = bodies[Symbol.iterator]();
  const onOne = async (): Promise<void> => {
    const socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true });
    try {
      await once(socket, 'connect');
      for (let next = left.next(); !next.done; next = left.next()) {
        const sent = performance.now();
        socket.write(`${head}${Buffer.byteLength(next.value)}\r\n\r\n${next.value}`);
        const { status, body } = await answerOn(socket);
        if (status !== 202) throw new Error(`${url} answered ${status}: ${body}`);
        took.push(performance.now() - sent);
      }
    } finally {
      socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: connections }, onOne));
  return took;
}

/** https://www.rfc-editor.org/rfc/rfc9112#section-6.2 */
function answerOn(socket: Socket): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    let text = '';
    const done = (end: () => void): void => {
      socket.off('data', read).off('error', broke).off('close', broke);
      end();
    };
    const broke = (cause?: unknown): void => done(() => reject(new Error('the connection broke', { cause })));
    const read = (chunk: Buffer): void => {
      // A character a byte, so that lengths are those of the text.
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, end))?.[1];
      const body = text.slice(end + 4);
      if (length === undefined) done(() => reject(new Error(`an answer without a length: ${text}`)));
      else if (body.length >= Number(length)) done(() => resolve({ status: Number(text.slice(9, 12)), body }));
    };
    socket.on('data', read).once('error', broke).once('close', broke);
  });
}
