import type { UsedMemory } from '../../../commands/memory/used.ts';
import type { KeptEngine } from '../../state/kept-engine.ts';

export type EngineName = 'mongo' | 'redis' | 'sqs';

/** An embedded engine, in this process or in one of its own. */
export interface Embedded extends KeptEngine {
  /** Where it listens: `mongodb://…`, `redis://…` or `http://…` */
  address: string;
  /** Of a process of its own. */
  memory?(): Promise<UsedMemory>;
  /** Lets nobody reach it for so many ms; absent where that cannot be done. */
  away?(ms: number): Promise<void>;
  stop(): Promise<void>;
}

/** @param region of the ARNs of queues @throws Error when it does not start */
export type StartEmbedded = (name: EngineName, region: string) => Promise<Embedded>;
