import type { Arguments } from '../arguments.ts';
import type { Call } from '../command.ts';
import { syntaxError } from '../reply.ts';
import type { Time } from '../value.ts';
import { expiryOption } from './expiry-time.ts';

/** What SET was asked besides key and value. */
export interface SetOptions {
  condition?: 'NX' | 'XX';
  get: boolean;
  expiry: Time | 'keep' | undefined;
}

/**
 * Each word as often as one likes, but only one of those that say how long. Times are judged when all words are read.
 * https://redis.io/docs/latest/commands/set/ (NX and GET together since 7.0)
 */
export function setOptions(args: Arguments, call: Call): SetOptions {
  const options: SetOptions = { get: false, expiry: undefined };
  let lasting: string | undefined;
  let expiry: (() => Time) | undefined;
  while (args.left > 0) {
    const word = args.word();
    if (word === 'GET') options.get = true;
    else if ((word === 'NX' || word === 'XX') && (options.condition ?? word) === word) options.condition = word;
    else if ((lasting ?? word) !== word) throw syntaxError();
    else {
      lasting = word;
      if (word !== 'KEEPTTL') expiry = expiryOption(word, args, call);
    }
  }
  options.expiry = lasting === 'KEEPTTL' ? 'keep' : expiry?.();
  return options;
}
