import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** What a request of the SQS API says, of that which is read here. */
const asked = z.object({
  MessageBody: z.string().optional(),
  Entries: z.array(z.object({ Id: z.string(), MessageBody: z.string().optional() })).optional(),
});

/** What stands in SQS's place: it takes everything, and hands nothing out. */
export interface SqsSink {
  endpoint: string;
  /** What was sent since it was asked last, in order. */
  taken(): string[];
  /** Requests that were paid for since it was asked last, as SQS counts them: one for each 64 KB that were begun. */
  requests(): number;
  stop(): Promise<void>;
}

/** https://aws.amazon.com/sqs/pricing/: "Every 64 KB chunk of a payload is billed as 1 request." */
const CHUNK_BYTES = 65_536;

/** The answer to one call. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
function answerTo({ MessageBody, Entries }: z.output<typeof asked>): object {
  if (Entries) return { Successful: Entries.map(({ Id, MessageBody: body }) => ({ Id, ...sent(body) })), Failed: [] };
  return sent(MessageBody);
}

const sent = (body: string | undefined): object =>
  body === undefined ? {} : { MessageId: randomUUID(), MD5OfMessageBody: createHash('md5').update(body).digest('hex') };

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** Starts it on a free port. */
export async function startSqsSink(): Promise<SqsSink> {
  const bodies: string[] = [];
  let paid = 0;
  const server = createServer(async (request, response) => {
    const call = asked.parse(JSON.parse(await textOf(request)));
    const added = [call, ...(call.Entries ?? [])].flatMap(({ MessageBody }) => MessageBody ?? []);
    bodies.push(...added);
    paid += Math.max(1, Math.ceil(added.reduce((sum, body) => sum + Buffer.byteLength(body), 0) / CHUNK_BYTES));
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answerTo(call)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: () => bodies.splice(0),
    requests() {
      const count = paid;
      paid = 0;
      return count;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
