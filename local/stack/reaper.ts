import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Reaper {
  /** Names a process that must not outlive this one, and its temporary folder. @returns forgets both again, once they are gone */
  watch(pid: number, folder?: string): () => void;
  /** Ends the reaper; what is still watched is ended with it. */
  stop(): void;
}

/**
 * A small process that ends the watched ones when this one is gone, even by SIGKILL, and removes their folders: it reads what they are
 * from a pipe, and the pipe closes whatever happens. It has a process group of its own, so that Ctrl-C does not end it first.
 */
export function startReaper(): Reaper {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./reaper-process.ts', import.meta.url))], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  // A reaper that is gone reaps nothing, and the pipe says so with EPIPE; there is nobody left to tell.
  child.stdin.on('error', () => {});
  return {
    watch(pid, folder = '') {
      child.stdin.write(`+${pid} ${folder}\n`);
      return () => void child.stdin.write(`-${pid}\n`);
    },
    stop: () => void child.stdin.end(),
  };
}
