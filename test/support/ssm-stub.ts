import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GetParameters {
  Names: string[];
  WithDecryption: boolean;
}
/** What one GetParameters is answered with; `silence` is no answer, a text is the whole body. */
export type SsmAnswer = 'values' | 'silence' | { status: number; code: string } | { text: string };

/** An HTTP server in the Parameter Store's place: it answers each request by the next of `answers`, the last one for ever. */
export async function startSsmStub(values: ReadonlyMap<string, string>, answers: readonly SsmAnswer[] = ['values']) {
  const requests: GetParameters[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const asked = JSON.parse(Buffer.concat(parts).toString()) as GetParameters;
    requests.push(asked);
    const answer = answers[Math.min(requests.length, answers.length) - 1] ?? 'values';
    if (answer === 'silence') return;
    const [status, body] = answerOf(answer, asked, values);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answerOf(
  answer: Exclude<SsmAnswer, 'silence'>,
  asked: GetParameters,
  values: ReadonlyMap<string, string>,
): [status: number, body: string] {
  if (answer === 'values') return [200, JSON.stringify(found(asked, values))];
  return 'text' in answer ? [200, answer.text] : [answer.status, JSON.stringify({ __type: answer.code })];
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const found = ({ Names, WithDecryption }: GetParameters, values: ReadonlyMap<string, string>) => ({
  Parameters: Names.filter((name) => values.has(name)).map((Name) => ({
    Name,
    Type: 'SecureString',
    Value: WithDecryption ? values.get(Name) : 'AQICAHh-encrypted',
  })),
  InvalidParameters: Names.filter((name) => !values.has(name)),
});
