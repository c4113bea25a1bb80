import { type Arguments, integer } from '../arguments.ts';
import { cString } from '../c-string.ts';
import type { Call, Commands } from '../command.ts';
import { looseFloat } from '../float-text.ts';
import { CommandError, Double, type Reply, syntaxError } from '../reply.ts';
import type { Scored, SortedSet } from '../sorted-set.ts';
import { rangeOf } from './lists.ts';
import { changeSet, readSet } from './sorted-sets.ts';

type By = 'rank' | 'score' | 'lex';
/** Says of a member, in the set's order, whether it is at or after the bound. */
type Bound = (one: Scored) => boolean;
/** Of a set, the first place of a range and the place after its last, lowest score first. */
type Places = (set: SortedSet) => [from: number, to: number];

/** `5`, `(5`, `-inf`, `+inf`. @param upper whether the bound ends the range */
function scoreBound(given: string, upper: boolean): Bound {
  const text = cString(given);
  const exclusive = text.startsWith('(');
  const score = looseFloat(exclusive ? text.slice(1) : text, () => new CommandError('ERR min or max is not a float'));
  return exclusive === upper ? (one) => one.score >= score : (one) => one.score > score;
}

/** `[a`, `(a`, `-`, `+`. https://redis.io/docs/latest/commands/zrangebylex/ */
function lexBound(text: string, upper: boolean): Bound {
  const infinite = cString(text);
  if (infinite === '-') return () => true;
  if (infinite === '+') return () => false;
  const exclusive = text.startsWith('(');
  if (!exclusive && !text.startsWith('[')) throw new CommandError('ERR min or max not valid string range item');
  const member = text.slice(1);
  return exclusive === upper ? (one) => one.name >= member : (one) => one.name > member;
}

function placesOf(by: 'score' | 'lex', low: string, high: string): Places {
  const bound = by === 'score' ? scoreBound : lexBound;
  const [lower, upper] = [bound(low, false), bound(high, true)];
  return (set) => {
    const from = set.first(lower);
    return [from, Math.max(from, set.first(upper))];
  };
}

function rangePlaces(by: By, low: string, high: string): Places {
  if (by !== 'rank') return placesOf(by, low, high);
  const [first, last] = [integer(low), integer(high)];
  return ({ size }) => rangeOf(size, first, last);
}

interface Range {
  by: By;
  reversed: boolean;
  withScores: boolean;
  limit?: [offset: number, count: number];
}

const repeatable = new Set(['WITHSCORES', 'LIMIT']);

function options(args: Arguments, start: Range, allowed: readonly string[]): Range {
  const range = { ...start };
  const given = new Set<string>();
  while (args.left > 0) {
    const word = args.word();
    const again = given.has(word) || (word.startsWith('BY') && range.by !== 'rank');
    if (!allowed.includes(word) || (again && !repeatable.has(word))) throw syntaxError();
    if (word === 'LIMIT' && args.left < 2) throw syntaxError();
    given.add(word);
    if (word === 'WITHSCORES') range.withScores = true;
    else if (word === 'REV') range.reversed = true;
    else if (word === 'BYSCORE') range.by = 'score';
    else if (word === 'BYLEX') range.by = 'lex';
    else range.limit = [args.integer(), args.integer()];
  }
  // A limit of -1 is none.
  if (range.limit && range.limit[1] !== -1 && range.by === 'rank')
    throw new CommandError('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX');
  if (range.withScores && range.by === 'lex')
    throw new CommandError('ERR syntax error, WITHSCORES not supported in combination with BYLEX');
  return range;
}

/** The places that LIMIT leaves, counted from the end when that comes first. */
function limited([from, to]: [number, number], { limit, reversed }: Range): [number, number] {
  if (!limit) return [from, to];
  const [offset, count] = limit;
  if (offset < 0) return [from, from];
  const skipped = Math.min(offset, to - from);
  const end = count < 0 ? to - from : Math.min(skipped + count, to - from);
  return reversed ? [to - end, to - skipped] : [from + skipped, from + end];
}

/** Reads the bounds at once, because they are judged before the key is looked at. @returns what selects from a set */
function selection(range: Range, start: string, stop: string): (set: SortedSet) => Scored[] {
  const { by, reversed } = range;
  const [low, high] = by !== 'rank' && reversed ? [stop, start] : [start, stop];
  const places = rangePlaces(by, low, high);
  return (set) => {
    const [first, last] = places(set);
    // Ranks are counted from the end when that comes first, and have no limit.
    const mirrored: [number, number] = reversed ? [set.size - last, set.size - first] : [first, last];
    const found = set.slice(...(by === 'rank' ? mirrored : limited([first, last], range)));
    return reversed ? found.reverse() : found;
  };
}

function query(start: Range, allowed: readonly string[]) {
  return ({ db, args, session }: Call): Reply => {
    const key = args.next();
    const [first, last] = [args.next(), args.next()];
    const range = options(args, start, allowed);
    const found = selection(range, first, last)(readSet(db, key));
    if (!range.withScores) return found.map(({ name }) => name);
    if (session.replyProtocol === 3) return found.map(({ name, score }) => [name, new Double(score)]);
    return found.flatMap(({ name, score }) => [name, new Double(score)]);
  };
}

function count(by: 'score' | 'lex') {
  return ({ db, args }: Call): Reply => {
    const key = args.next();
    const [from, to] = placesOf(by, args.next(), args.next())(readSet(db, key));
    return to - from;
  };
}

function removeRange(by: By) {
  return ({ db, args }: Call): Reply => {
    const key = args.next();
    const [from, to] = rangePlaces(by, args.next(), args.next())(readSet(db, key));
    if (from >= to) return 0;
    return changeSet(db, key, (set) => set.deleteRange(from, to).length);
  };
}

const range = (by: By, reversed: boolean): Range => ({ by, reversed, withScores: false });
const reading = (start: Range, allowed: readonly string[]) => ({
  arity: -4,
  keys: [1, 1, 1] as const,
  run: query(start, allowed),
});
const removing = (by: By) => ({ arity: 4, writes: true as const, keys: [1, 1, 1] as const, run: removeRange(by) });

/** https://redis.io/docs/latest/commands/zrange/ and the commands that it took the place of */
export const sortedSetRangeCommands: Commands = {
  zrange: reading(range('rank', false), ['WITHSCORES', 'REV', 'BYSCORE', 'BYLEX', 'LIMIT']),
  zrevrange: reading(range('rank', true), ['WITHSCORES', 'LIMIT']),
  zrangebyscore: reading(range('score', false), ['WITHSCORES', 'LIMIT']),
  zrevrangebyscore: reading(range('score', true), ['WITHSCORES', 'LIMIT']),
  zrangebylex: reading(range('lex', false), ['WITHSCORES', 'LIMIT']),
  zrevrangebylex: reading(range('lex', true), ['WITHSCORES', 'LIMIT']),
  zcount: { arity: 4, keys: [1, 1, 1], run: count('score') },
  zlexcount: { arity: 4, keys: [1, 1, 1], run: count('lex') },
  zremrangebyscore: removing('score'),
  zremrangebyrank: removing('rank'),
  zremrangebylex: removing('lex'),
};
