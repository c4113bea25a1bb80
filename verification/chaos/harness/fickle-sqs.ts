import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { decodeMessage } from '../../../lib/core/message.ts';
import type { Random } from './random.ts';

interface Entry {
  Id: string;
  MessageBody: string;
}

/** How an SQS that cannot be relied on treats a request; what is left goes well. */
export interface Fickleness {
  /** Of entries: in the `Failed` list under HTTP 200. */
  failed: number;
  /** Of requests: taken, but the answer is lost. */
  lostAnswer: number;
  /** Of requests: 500 before anything is taken. */
  broken: number;
}

export interface FickleSqs {
  endpoint: string;
  /** How often each event is held, by id. */
  held: ReadonlyMap<string, number>;
  /** What was last said of an event, by id. */
  said: ReadonlyMap<string, 'taken' | 'failed' | 'nothing'>;
  stop(): Promise<void>;
}

/** The end of a queue: it takes SendMessageBatch and writes down what it holds, what it refused, and what it did not get to say. */
export async function startFickleSqs(random: Random, fickleness: Fickleness): Promise<FickleSqs> {
  const held = new Map<string, number>();
  const said = new Map<string, 'taken' | 'failed' | 'nothing'>();

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { Entries } = JSON.parse(Buffer.concat(parts).toString()) as { Entries: Entry[] };
    const ids = Entries.map(({ MessageBody }) => decodeMessage(MessageBody).id);
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    if (random.chance(fickleness.broken)) {
      for (const id of ids) said.set(id, 'failed');
      response.writeHead(500).end(JSON.stringify({ __type: 'com.amazonaws.sqs#InternalFailure', message: 'told to' }));
      return;
    }
    const lost = random.chance(fickleness.lostAnswer);
    const Successful: object[] = [];
    const Failed: object[] = [];
    Entries.forEach(({ Id, MessageBody }, index) => {
      const id = ids[index] ?? '';
      if (random.chance(fickleness.failed)) {
        said.set(id, lost ? 'nothing' : 'failed');
        Failed.push({ Id, Code: 'InternalError', SenderFault: random.chance(0.5) });
        return;
      }
      held.set(id, (held.get(id) ?? 0) + 1);
      said.set(id, lost ? 'nothing' : 'taken');
      const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
      Successful.push({ Id, MessageId: id, MD5OfMessageBody });
    });
    if (lost) response.destroy();
    else response.end(JSON.stringify({ Successful, Failed }));
  };
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    held,
    said,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
