/**
 * Names of the commands in a stream of MongoDB's wire protocol, as a client writes it: OP_MSG, whose section of kind 0 is the command, with
 * its name as its first field. https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/#op_msg
 */
const HEADER_BYTES = 16;
const FLAGS_BYTES = 4;
const OP_MSG = 2013;
/** `isMaster` by OP_QUERY, before a connection knows what the server understands. */
const OP_QUERY = 2004;

/** What the driver asks on its own: watching the server, beginning and ending connections. */
const ofTheDriver: ReadonlySet<string> = new Set([
  'hello',
  'ismaster',
  'isMaster',
  'ping',
  'endSessions',
  'killCursors',
]);

/**
 * @param heard the name of each command of a program, in order; those of the driver itself are not told
 * @returns takes what comes next of one connection, however it is cut
 */
export function mongoFrames(heard: (command: string) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= HEADER_BYTES && rest.length >= rest.readInt32LE(0)) {
      const frame = rest.subarray(0, rest.readInt32LE(0));
      const command = commandOf(frame);
      if (!ofTheDriver.has(command)) heard(command);
      rest = rest.subarray(frame.length);
    }
  };
}

/** @throws Error for a frame that is none of those that a driver of today writes: a count must not be short of it */
function commandOf(frame: Buffer): string {
  const code = frame.readInt32LE(12);
  if (code === OP_QUERY) return 'hello';
  const sections = HEADER_BYTES + FLAGS_BYTES;
  if (code !== OP_MSG) throw new Error(`a message of MongoDB's wire protocol has the code ${code}`);
  // The driver puts a section of kind 1, a sequence of documents, behind the command.
  if (frame[sections] !== 0) throw new Error('a command does not come first in its message');
  // Kind, length of the document, type of its first field.
  const name = sections + 1 + 4 + 1;
  return frame.toString('utf8', name, frame.indexOf(0, name));
}
