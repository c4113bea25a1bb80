import { Agent, request } from 'node:http';
import { bodyOf } from '../arms/ingest.ts';
import type { Group } from '../group.ts';
import type { Work } from '../harness/arm-order.ts';
import { MEETING } from '../harness/event-folder.ts';
import { batches, of770Bytes } from '../harness/events.ts';
import type { Contender } from '../harness/take-turns.ts';
import type { World } from '../harness/world.ts';
import { ratio } from '../statistics.ts';
import { costs, overToday, sizesOf } from './contenders.ts';

const rows = {
  single: 'ingest, one event of 770 bytes / Fastify, SDK and ioredis with its HTTP server',
  array: 'ingest, arrays of 100 / Fastify, SDK and ioredis with its HTTP server',
  floor: 'ingest, arrays of 100, without what the SDK’s calls cost alone / JSON.parse, the schema, JSON.stringify',
  today: 'ingest, one event of 770 bytes / today',
  arrayToday: 'ingest, arrays of 100 / today',
};
const ARRAY = 100;

export const ingestGroup: Group = {
  name: 'ingest',
  shows: 'the door, CPU an event over that of others',
  rows: [
    { name: rows.single, now: 1.4, goal: { atMost: 1.1 }, unit: 'times' },
    { name: rows.array, now: 2.9, goal: { atMost: 1.5 }, unit: 'times' },
    { name: rows.floor, now: 5, goal: { atMost: 2 }, unit: 'times' },
    { name: rows.today, now: 1, goal: null, unit: 'times' },
    { name: rows.arrayToday, now: 1, goal: null, unit: 'times' },
  ],
  async run(world) {
    const single = await compared(world, 1, 300);
    const array = await compared(world, ARRAY, 20);
    const alone = array.ingest.map((cost, turn) => cost - (array.sdk[turn] ?? Number.NaN));
    return {
      [rows.single]: ratio(single.ingest, single.fastify),
      [rows.array]: ratio(array.ingest, array.fastify),
      [rows.floor]: ratio(alone, array.floor),
      [rows.today]: overToday(world, single.ingest, single.today),
      [rows.arrayToday]: overToday(world, array.ingest, array.today),
    };
  },
};

/** @param size events of a request @param requests of a turn */
async function compared(world: World, size: number, requests: number) {
  const { rounds, count } = sizesOf(world, requests);
  const order = { database: 'none', type: MEETING };
  const work = async () => batches(count, size, of770Bytes);
  const ingestOf = async (side: 'present' | 'today'): Promise<Contender> => ({
    arm: await world.start({ ...order, arm: 'ingest', side, entry: 'ingest' }),
    work,
  });
  const fastify = await world.start({ ...order, arm: 'fastify' });
  const arms = {
    ingest: await ingestOf('present'),
    fastify: { arm: fastify, work, drive: (made: Work) => sendAll(fastify.url, made) },
    sdk: { arm: await world.start({ ...order, arm: 'sdk' }), work },
    floor: { arm: await world.start({ ...order, arm: 'floor' }), work },
    today: world.noToday === undefined ? await ingestOf('today') : undefined,
  };
  const all = await costs(world, arms, rounds, `ingest ×${size}`);
  // What was sent there is of no use any more.
  world.sink.taken();
  return all;
}

/** One request after another on a connection that is kept. @returns how many events were taken */
async function sendAll(url: string | undefined, work: Work): Promise<number> {
  if (url === undefined) throw new Error('a server has an address');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (const events of work) {
      const status = await post(agent, `${url}/${events.length === 1 ? 'event' : 'events'}`, bodyOf(events));
      if (status !== 202) throw new Error(`${url} answered ${status}`);
    }
  } finally {
    agent.destroy();
  }
  return work.flat().length;
}

const post = (agent: Agent, url: string, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end(body);
  });
