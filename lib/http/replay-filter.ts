import { toMilliseconds } from '../core/rfc3339.ts';
import type { ReplayFilter } from '../ports/replay-jobs.ts';
import { failureCauses, failureStates } from './get-failures.ts';
import { invalidParameter } from './list-filter.ts';
import { LONGEST_TEXT, MOST_IDS } from './replay-limits.ts';

type Read<Value> = (value: unknown, name: string) => Value;
const members: { [Name in keyof ReplayFilter]-?: Read<ReplayFilter[Name] & {}> } = {
  type: text,
  cause: (value, name) => word(value, name, failureCauses),
  code: text,
  group: text,
  status: (value, name) => list(value, name, failureStates.length, (one) => word(one, name, failureStates)),
  source: text,
  since: time,
  until: time,
  ids: (value, name) => list(value, name, MOST_IDS, (one) => text(one, name)),
};

/**
 * The filter of a body. It is said outright, because nothing else stands between a slip and a replay of everything: `{}` is all that
 * are open.
 * @throws HttpProblem 400 `invalid-parameter` for another member, a value of another type, or one that is too long
 */
export function readReplayFilter(value: unknown): ReplayFilter {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidParameter('filter', 'must be an object; {} is every open failure');
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      if (!isMember(name)) {
        throw invalidParameter(
          `filter.${name.slice(0, 60)}`,
          `is not understood here; ${Object.keys(members).join(', ')} are`,
        );
      }
      return [name, members[name](one, `filter.${name}`)];
    }),
  );
}

const isMember = (name: string): name is keyof ReplayFilter => Object.hasOwn(members, name);

function text(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT) return value;
  throw invalidParameter(name, `must be a text of 1 to ${LONGEST_TEXT} characters`);
}

function time(value: unknown, name: string): string {
  const found = typeof value === 'string' && value.length <= 64 ? toMilliseconds(value) : undefined;
  if (found === undefined) throw invalidParameter(name, 'must be a timestamp of RFC 3339');
  return found;
}

function word<Word extends string>(value: unknown, name: string, words: readonly Word[]): Word {
  const found = words.find((one) => one === value);
  if (found === undefined) throw invalidParameter(name, `must be one of ${words.join(', ')}`);
  return found;
}

function list<One>(value: unknown, name: string, most: number, read: (one: unknown) => One): One[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > most) {
    throw invalidParameter(name, `must be a list of 1 to ${most}`);
  }
  return [...new Set(value.map(read))];
}
