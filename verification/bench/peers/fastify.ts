import { SQSClient } from '@aws-sdk/client-sqs';
import Fastify, { type FastifyReply } from 'fastify';
import { Redis } from 'ioredis';
import { z } from 'zod';
import type { Open } from '../arms/opened.ts';
import { sendAll } from '../arms/sdk.ts';
import { schemaOf } from './schemas.ts';
import { envelope, type PeerEvent } from './stores.ts';

const DAY_SECONDS = 86_400;

/**
 * A service of Fastify, the AWS SDK and ioredis, as their documents make one: it checks by JSON Schema, keeps each id for a day, and sends.
 * https://fastify.dev/docs/latest/Reference/Validation-and-Serialization/
 */
export const open: Open = async ({ type, redisUrl, sqsEndpoint, queueUrlPrefix }) => {
  const redis = new Redis(redisUrl);
  const client = new SQSClient({ endpoint: sqsEndpoint });
  const event = z.toJSONSchema(envelope.extend({ data: await schemaOf(type) }), { target: 'draft-7' });
  const queueUrl = `${queueUrlPrefix}any`;
  const messageOf = (one: PeerEvent) => JSON.stringify({ ...one, recordedtime: new Date().toISOString() });
  const server = Fastify();

  server.post<{ Body: PeerEvent }>('/event', { schema: { body: event } }, async ({ body }, reply: FastifyReply) => {
    const isNew = await redis.set(`id:${body.id}`, '1', 'EX', DAY_SECONDS, 'NX');
    if (isNew !== null) await sendAll(client, queueUrl, [messageOf(body)]);
    return reply.code(202).send({ id: body.id, duplicate: isNew === null });
  });
  server.post<{ Body: PeerEvent[] }>(
    '/events',
    { schema: { body: { type: 'array', items: event } } },
    async ({ body }, reply: FastifyReply) => {
      const pipeline = redis.pipeline();
      for (const { id } of body) pipeline.set(`id:${id}`, '1', 'EX', DAY_SECONDS, 'NX');
      const claimed = (await pipeline.exec()) ?? [];
      const fresh = body.filter((_, index) => claimed[index]?.[1] === 'OK');
      await sendAll(client, queueUrl, fresh.map(messageOf));
      return reply.code(202).send(body.map(({ id }, index) => ({ id, duplicate: claimed[index]?.[1] !== 'OK' })));
    },
  );
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  return {
    url,
    async prepare() {},
    async turn() {
      throw new Error('a server has its turns from outside');
    },
  };
};
