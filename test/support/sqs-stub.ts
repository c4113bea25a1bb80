import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubEntry {
  Id: string;
  MessageBody: string;
  MessageGroupId?: string;
}
/** What the stub does with one SendMessageBatch. */
export type StubAnswer = (entries: readonly StubEntry[], response: ServerResponse) => void;

/** Answers as SQS does: every entry taken, but those whose body `failed` gives a code for. */
export const answerWith =
  (
    failed: (body: string) => { Code: string; SenderFault: boolean; Message?: string } | 'missing' | undefined = () =>
      undefined,
  ): StubAnswer =>
  (entries, response) => {
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const { Id, MessageBody } of entries) {
      const fault = failed(MessageBody);
      if (fault === undefined)
        Successful.push({
          Id,
          MessageId: MessageBody,
          MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
        });
      else if (fault !== 'missing') Failed.push({ Id, ...fault });
    }
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ Successful, Failed }));
  };

/** An HTTP server in SQS's place that answers each request by the next of `answers`, the last one for ever. */
export async function startStub(answers: readonly StubAnswer[]) {
  const requests: StubEntry[][] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { Entries } = JSON.parse(Buffer.concat(parts).toString()) as { Entries: StubEntry[] };
    requests.push(Entries);
    answers[Math.min(requests.length, answers.length) - 1]?.(Entries, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    /** Bodies per request. */
    bodies: () => requests.map((entries) => entries.map(({ MessageBody }) => MessageBody)),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
