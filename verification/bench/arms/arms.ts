import type { ArmName } from '../harness/arm-order.ts';
import type { Open } from './opened.ts';

/** Each arm is loaded in its own process alone: what one loads must not cost another. */
const modules = {
  /** A consumer of Sluice, of whichever commit. */
  consumer: async () => (await import('./consumer.ts')).open,
  /** Sluice's ingest, of whichever commit. */
  ingest: async () => (await import('./ingest.ts')).open,
  /** One write for each collection and one pipeline a batch: nothing is kept of an event, and what comes twice counts twice. */
  raw: async () => (await import('./raw.ts')).open,
  powertools: async () => (await import('../peers/powertools.ts')).open,
  bullmq: async () => (await import('../peers/bullmq.ts')).open,
  fastify: async () => (await import('../peers/fastify.ts')).open,
  /** Parses and checks, and makes the text of a message: what nobody can do without. */
  floor: async () => (await import('./floor.ts')).open,
  /** The calls of the AWS SDK that ingest makes, alone. */
  sdk: async () => (await import('./sdk.ts')).open,
  /** A queue and a database without anything between them. */
  bare: async () => (await import('./bare-loop.ts')).open,
  /** The same behind an HTTP server. */
  'bare-door': async () => (await import('./bare-door.ts')).open,
} satisfies Record<ArmName, () => Promise<Open>>;

export const openArm: Open = async (order) => (await modules[order.arm]())(order);
