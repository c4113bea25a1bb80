import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** So big the file gets; then it is the one from before, which is kept until the next is as big. */
export const MOST_BYTES = 20 * 1024 * 1024;

export interface LogFile {
  readonly path: string;
  /** @throws the system's error when it cannot be written */
  write(line: string): void;
  /** Removes the file if nothing is in it. */
  close(): void;
}

/**
 * Opens a file of lines that only its owner may read, and goes on where it ends.
 * @param mostBytes of it, and as many of `<path>.1`, where it is put when it is full
 * @throws the system's error when it cannot be made
 */
export function openLogFile(path: string, mostBytes = MOST_BYTES): LogFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let file = open(path);
  return {
    path,
    write(line) {
      const bytes = Buffer.from(`${line}\n`);
      if (file.size > 0 && file.size + bytes.length > mostBytes) {
        closeSync(file.descriptor);
        renameSync(path, `${path}.1`);
        file = open(path);
      }
      writeSync(file.descriptor, bytes);
      file.size += bytes.length;
    },
    close() {
      closeSync(file.descriptor);
      if (file.size === 0) rmSync(path, { force: true });
    },
  };
}

/** A link is not followed: in a folder that others may write it could be theirs. */
function open(path: string): { descriptor: number; size: number } {
  const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_WRONLY } = constants;
  const descriptor = openSync(path, O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o600);
  fchmodSync(descriptor, 0o600);
  return { descriptor, size: fstatSync(descriptor).size };
}
