import { setImmediate as afterPolling, setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './connection.ts';
import { keys, type Program, packetsOf, type Step } from './programs/program.ts';

/** What the two clients heard during one step, and whether their connections were closed by its end. */
export interface Heard {
  texts: readonly [string, string];
  ended: readonly [boolean, boolean];
}

const PATIENCE_MS = 20_000;
/** The server reads at most this much of a connection before it looks at the others. */
const READ_AT_ONCE = 16_384;

/**
 * Carries a program out on a server that nobody else uses.
 * @returns what was heard in each step, and last of all what is left in the server
 * @throws Error when the server does not answer any more
 */
export async function carryOut(port: number, program: Program): Promise<Heard[]> {
  const run = new Run(port, await Connection.open(port));
  try {
    await run.begin();
    const heard: Heard[] = [];
    for (const step of program) heard.push(await run.step(step));
    return [...heard, await run.contents()];
  } finally {
    run.close();
  }
}

class Run {
  readonly #port: number;
  readonly #control: Connection;
  readonly #clients: [Connection | undefined, Connection | undefined] = [undefined, undefined];

  constructor(port: number, control: Connection) {
    this.#port = port;
    this.#control = control;
  }

  async begin(): Promise<void> {
    // Scripts of all programs before have drawn from the same numbers.
    this.#control.send('FLUSHALL\r\nEVAL "math.randomseed(0)" 0\r\nSCRIPT FLUSH\r\n');
    await this.#settle(0);
  }

  async step(step: Step): Promise<Heard> {
    if ('expire' in step) await this.#expire(step.expire);
    else if ('leaves' in step) {
      this.#clients[step.leaves]?.close();
      this.#clients[step.leaves] = undefined;
      await this.#settle(0);
    } else {
      const client = await this.#client(step.client);
      for (const packet of packetsOf(step)) {
        client.send(packet);
        await this.#settle(packet.length);
      }
    }
    const [first, second] = this.#clients;
    return {
      texts: [first?.take() ?? '', second?.take() ?? ''],
      ended: [first?.ended ?? false, second?.ended ?? false],
    };
  }

  /** All keys that programs name, as every command that reads them sees them; most answer that it is another type. */
  async contents(): Promise<Heard> {
    const reads = keys.flatMap((key) => [
      ...['TYPE', 'PEXPIRETIME', 'HGETALL', 'SMEMBERS', 'PFCOUNT'].map((command) => [command, key]),
      ...['LRANGE', 'ZRANGE'].map((command) => [command, key, '0', '-1']),
      ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
      ...(key === 'p' || key === 'q' ? [] : [['GET', key]]),
    ]);
    const sent = [['SELECT', '0'], ...reads, ['SELECT', '1'], ...reads, ['PUBSUB', 'NUMPAT'], ['PUBSUB', 'CHANNELS']];
    this.#control.send(packetsOf({ client: 0, cuts: [], sent: sent.map((words) => ({ words })) }).join(''));
    this.#control.send('ECHO the-end\r\n');
    return { texts: [await this.#control.until('the-end\r\n', PATIENCE_MS), ''], ended: [false, false] };
  }

  close(): void {
    for (const connection of [this.#control, ...this.#clients]) connection?.close();
  }

  async #client(which: 0 | 1): Promise<Connection> {
    const there = this.#clients[which];
    if (there && !there.ended) return there;
    there?.close();
    const opened = await Connection.open(this.#port);
    this.#clients[which] = opened;
    return opened;
  }

  async #expire(key: string): Promise<void> {
    this.#control.send(packetsOf({ client: 0, cuts: [], sent: [{ words: ['PEXPIRE', key, '1'] }] }).join(''));
    await this.#settle(0);
    await sleep(3);
  }

  /**
   * Waits until all that was sent is answered and heard, with no clock: what another connection asks, one after the other, is answered
   * after all that was there to be read before, and whoever polls for it hears of both. The third time is for connections that end.
   */
  async #settle(bytes: number): Promise<void> {
    for (let left = bytes + READ_AT_ONCE; left > -2 * READ_AT_ONCE; left -= READ_AT_ONCE) {
      this.#control.send('PING\r\n');
      await this.#control.until('+PONG\r\n', PATIENCE_MS);
    }
    await afterPolling();
  }
}
