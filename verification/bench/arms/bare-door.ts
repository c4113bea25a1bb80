import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { bareQueue } from './bare-queue.ts';
import type { Open } from './opened.ts';

/**
 * The bare loop behind an HTTP server that looks at nothing: each event is a request, and is sent by itself before it is answered. Both
 * are one process, as the bare loop is: on two cores two would be quicker, so this is no bound of what can be reached. A turn works off
 * what is posted meanwhile.
 */
export const open: Open = async (order) => {
  const { send, workOff } = await bareQueue(order);
  const server = createServer((request, response) => {
    const accept = async (): Promise<void> => {
      await send([await text(request)]);
      response.statusCode = 202;
      response.end('{"status":"accepted"}');
    };
    accept().catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  let expected = 0;
  return {
    url: `http://127.0.0.1:${port}/events`,
    async prepare(work) {
      expected = work.flat().length;
    },
    async turn() {
      await workOff(expected);
      return expected;
    },
  };
};
