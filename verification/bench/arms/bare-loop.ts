import { bareQueue } from './bare-queue.ts';
import type { Open } from './opened.ts';

/** The least that moves an event through a queue into a database: sent, received, inserted and deleted, ten at a time. */
export const open: Open = async (order) => {
  const { send, workOff } = await bareQueue(order);
  let batches: (readonly string[])[] = [];
  return {
    async prepare(work) {
      batches = [...work];
    },
    async turn() {
      const all = batches.flat().length;
      for (const texts of batches.splice(0)) await send(texts);
      await workOff(all);
      return all;
    },
  };
};
