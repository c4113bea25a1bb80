import { describeThrown } from '../core/thrown.ts';

/**
 * Lambda writes what a function throws into its log, and tells it to whoever invoked it: with its stack as it is and all of its members,
 * where drivers keep documents and addresses. So what leaves a function says of itself what a log line would, and nothing else.
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (src/Errors.js)
 * @param work of one invocation
 * @throws Error with name, code, message and frames of what the work throws
 */
export async function thrownPlainly<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    throw plainError(thrown);
  }
}

function plainError(thrown: unknown): Error {
  const { name, code, message, stack } = describeThrown(thrown);
  const plain = Object.assign(new Error(message), { name, code });
  plain.stack = [`${name}: ${message}`, ...stack.map((frame) => `    at ${frame}`)].join('\n');
  return plain;
}
