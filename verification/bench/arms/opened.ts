import type { ArmOrder, Work } from '../harness/arm-order.ts';

/** What the process of an arm does. */
export interface Opened {
  /** Of an arm that is a server, whose turns are driven from outside. */
  url?: string;
  /** @param tenant whose it is; absent: nobody says whose */
  prepare(work: Work, tenant?: string): Promise<void>;
  /** @returns how many events are done */
  turn(): Promise<number>;
}

export type Open = (order: ArmOrder) => Promise<Opened>;
