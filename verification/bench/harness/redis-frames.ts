/**
 * Names of the commands in a stream of Redis' protocol, as a client writes it: arrays of strings with their lengths.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/#sending-commands-to-a-redis-server
 */
const END = Buffer.from('\r\n');

/** What a client asks on its own when it connects. */
const ofTheClient: ReadonlySet<string> = new Set([
  'HELLO',
  'INFO',
  'CLIENT',
  'PING',
  'AUTH',
  'SELECT',
  'SCRIPT',
  'QUIT',
]);

/**
 * @param heard the name of each command of a program, in order, in capitals; those of the client itself are not told
 * @returns takes what comes next of one connection, however it is cut
 * @throws Error for what is no such array
 */
export function redisFrames(heard: (command: string) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const command = commandIn(rest);
      if (!command) return;
      if (!ofTheClient.has(command.name)) heard(command.name);
      rest = rest.subarray(command.bytes);
    }
  };
}

/** @returns undefined where it is not whole yet */
function commandIn(bytes: Buffer): { name: string; bytes: number } | undefined {
  const count = lengthAt(bytes, 0, '*');
  if (!count) return undefined;
  let at = count.next;
  let name = '';
  for (let part = 0; part < count.length; part++) {
    const text = lengthAt(bytes, at, '$');
    if (!text || bytes.length < text.next + text.length + END.length) return undefined;
    if (part === 0) name = bytes.toString('latin1', text.next, text.next + text.length).toUpperCase();
    at = text.next + text.length + END.length;
  }
  return { name, bytes: at };
}

/** `*3\r\n` or `$11\r\n`: the number, and where what follows begins. */
function lengthAt(bytes: Buffer, at: number, sign: '*' | '$'): { length: number; next: number } | undefined {
  if (bytes.length <= at) return undefined;
  if (bytes[at] !== sign.charCodeAt(0))
    throw new Error(`a command of Redis begins with ${bytes.toString('latin1', at, at + 10)}`);
  const end = bytes.indexOf(END, at);
  if (end === -1) return undefined;
  return { length: Number(bytes.toString('latin1', at + 1, end)), next: end + END.length };
}
