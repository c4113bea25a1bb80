import { manyHandlerOf } from '../peers/handlers.ts';
import { openStores, type PeerEvent } from '../peers/stores.ts';
import type { Open } from './opened.ts';

export const open: Open = async (order) => {
  const stores = await openStores(order);
  const handle = manyHandlerOf(order.type);
  let batches: (readonly string[])[] = [];
  return {
    async prepare(work) {
      batches = [...work];
    },
    async turn() {
      let done = 0;
      for (const texts of batches.splice(0)) {
        await handle(
          stores,
          texts.map((text) => JSON.parse(text) as PeerEvent),
        );
        done += texts.length;
      }
      return done;
    },
  };
};
