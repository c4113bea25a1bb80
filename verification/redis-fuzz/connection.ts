import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection that keeps every byte that it hears. */
export class Connection {
  readonly #socket: Socket;
  #heard = '';
  #wake: (() => void) | undefined;
  /** Whether the other side has closed it. */
  ended = false;

  static async open(port: number): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Connection(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1').on('data', (bytes: string) => {
      this.#heard += bytes;
      this.#wake?.();
    });
    // A reset is an end too, and 'close' follows it.
    socket.on('error', () => undefined);
    for (const event of ['end', 'close'] as const)
      socket.on(event, () => {
        this.ended = true;
        this.#wake?.();
      });
  }

  send(bytes: string): void {
    if (this.#socket.writable) this.#socket.write(bytes, 'latin1');
  }

  /** What was heard since the last call. */
  take(): string {
    const heard = this.#heard;
    this.#heard = '';
    return heard;
  }

  /** @returns what was heard, when it ends with this @throws Error when the connection ends before, or a hang is all there is */
  async until(ending: string, patienceMs: number): Promise<string> {
    let patience: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      patience = setTimeout(resolve, patienceMs, 'late');
    });
    try {
      while (!this.#heard.endsWith(ending)) {
        if (this.ended) throw new Error(`the connection ended before ${JSON.stringify(ending)}`);
        const heard = new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        if ((await Promise.race([heard, late])) === 'late')
          throw new Error(`no answer within ${patienceMs / 1000} seconds`);
      }
    } finally {
      clearTimeout(patience);
    }
    return this.take();
  }

  close(): void {
    this.#socket.destroy();
  }
}
