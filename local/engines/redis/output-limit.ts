const HARD_BYTES = 32 * 1024 * 1024;
const SOFT_BYTES = 8 * 1024 * 1024;
const SOFT_MS = 60_000;

/**
 * The server's limits for a subscriber that does not read what it is sent: `client-output-buffer-limit pubsub 32mb 8mb 60`.
 * Other clients have none. https://redis.io/docs/latest/develop/reference/clients/#output-buffer-limits
 */
export class OutputLimit {
  #overSince: number | undefined;

  /** @param unread bytes that wait for the client @returns whether it must be closed */
  exceeded(unread: number, now: number): boolean {
    if (unread <= SOFT_BYTES) this.#overSince = undefined;
    else this.#overSince ??= now;
    return unread > HARD_BYTES || (this.#overSince !== undefined && now - this.#overSince > SOFT_MS);
  }
}
