import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { gatewayEvent, keyOf } from '../../../test/support/api-gateway.ts';
import type { Open } from './opened.ts';

const headers = { 'content-type': 'application/json' };
const lambdaContext = () => ({ awsRequestId: randomUUID(), getRemainingTimeInMillis: () => 10_000 });

/** One request a batch: an event alone as it is, several as an array. @returns its body */
export const bodyOf = (events: readonly string[]): string =>
  events.length === 1 ? (events[0] ?? '') : `[${events.join(',')}]`;

/** Runs the handler of a bundle, as API Gateway does: one request at a time. */
export const open: Open = async ({ file }) => {
  if (file === undefined) throw new Error('ingest has a module');
  const { handler } = (await import(pathToFileURL(file).href)) as {
    handler(event: APIGatewayProxyEventV2, context: object): Promise<APIGatewayProxyStructuredResultV2>;
  };
  let requests: { event: APIGatewayProxyEventV2; events: number }[] = [];
  return {
    async prepare(work, tenant) {
      const caller = tenant === undefined ? {} : keyOf(tenant, 'events:write');
      requests = work.map((events) => ({
        event: gatewayEvent({ headers, body: bodyOf(events), ...caller }),
        events: events.length,
      }));
    },
    async turn() {
      let taken = 0;
      for (const { event, events } of requests.splice(0)) {
        const { statusCode, body } = await handler(event, lambdaContext());
        if (statusCode !== 202) throw new Error(`ingest answered ${statusCode}: ${body}`);
        taken += events;
      }
      return taken;
    },
  };
};
