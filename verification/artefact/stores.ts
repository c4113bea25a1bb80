import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Account } from './account.ts';

const parameters = z.object({ Names: z.array(z.string()), WithDecryption: z.literal(true) });
const secret = z.object({ SecretId: z.string() });

/**
 * Where functions read secrets while they run: Secrets Manager and the Parameter Store, as far as functions of this service ask them.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 */
export async function startStores(secrets: Account['secrets']): Promise<{ endpoint: string; close(): void }> {
  const answerTo = (target: unknown, body: unknown): [status: number, answer: object] => {
    if (target === 'AmazonSSM.GetParameters') {
      const { Names } = parameters.parse(body);
      const found = Names.flatMap((Name) => (secrets.has(Name) ? [{ Name, Value: secrets.get(Name) }] : []));
      return [200, { Parameters: found, InvalidParameters: Names.filter((name) => !secrets.has(name)) }];
    }
    if (target !== 'secretsmanager.GetSecretValue') return [400, { __type: 'UnknownOperationException' }];
    const { SecretId } = secret.parse(body);
    const SecretString = secrets.get(SecretId);
    if (SecretString === undefined) return [400, { __type: 'ResourceNotFoundException' }];
    return [200, { Name: SecretId, SecretString }];
  };
  const server = createServer((request, response) => {
    const answered = text(request).then((body) => {
      const [status, answer] = answerTo(request.headers['x-amz-target'], JSON.parse(body));
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
    });
    answered.catch(() => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
