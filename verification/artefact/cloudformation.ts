import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { CustomResource } from './deployed.ts';
import type { Lambda } from './lambda.ts';

const answered = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().default(''),
  PhysicalResourceId: z.string().min(1),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
});

/**
 * Makes the resources of a stack that its own functions make, as CloudFormation does: it invokes the function, which puts its answer where it
 * is told to. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 * @throws Error with the reason of what is not made, FunctionError where the function fails
 */
export async function makeCustomResources(
  resources: readonly CustomResource[],
  lambda: Pick<Lambda, 'invoke'>,
): Promise<void> {
  for (const resource of resources) await make(resource, lambda);
}

async function make(
  { id, type, functionName, properties }: CustomResource,
  lambda: Pick<Lambda, 'invoke'>,
): Promise<void> {
  const answer = Promise.withResolvers<z.output<typeof answered>>();
  const server = createServer((request, response) => {
    json(request).then((body) => {
      response.end();
      answer.resolve(answered.parse(body));
    }, answer.reject);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const asked = { StackId: 'arn:aws:cloudformation:stack', RequestId: randomUUID(), LogicalResourceId: id };
  const event = {
    ...{ ...asked, RequestType: 'Create', ResourceType: type, ResourceProperties: properties },
    ResponseURL: `http://127.0.0.1:${port}/answer?signature=none`,
  };
  try {
    await lambda.invoke(functionName, event);
    const { Status, Reason, PhysicalResourceId, ...about } = await answer.promise;
    if (Status === 'FAILED') throw new Error(`${id} is not made: ${Reason}`);
    if (JSON.stringify(about) !== JSON.stringify(asked))
      throw new Error(`${id}: ${PhysicalResourceId} is the answer to another question: ${JSON.stringify(about)}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
