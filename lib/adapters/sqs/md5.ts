import { hash } from 'node:crypto';

/** MD5 as the SDK asks for it, of all bytes at once: an object of the library for each message costs more than the sum. */
export class Md5 {
  #bytes: Uint8Array = new Uint8Array();

  update(bytes: Uint8Array): void {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
  }

  async digest(): Promise<Uint8Array> {
    return hash('md5', this.#bytes, 'buffer');
  }

  reset(): void {
    this.#bytes = new Uint8Array();
  }
}
