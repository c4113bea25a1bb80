import type { Mutant } from '../mutant.ts';

const thrown = 'test/lib/core/thrown.test.ts';
const anything = 'test/lib/consume/anything.test.ts';
const grouping = 'test/lib/core/failure-group.test.ts';

const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'all causes are described',
    file: 'lib/core/thrown.ts',
    search: 'chain.slice(1, 1 + MOST.causes)',
    replace: 'chain.slice(1)',
    caughtBy: thrown,
    title: 'two that cause each other',
  },
  {
    name: 'a member that throws is let through',
    file: 'lib/core/guarded.ts',
    search: 'return Reflect.get(value, name);\n  } catch {\n    return undefined;',
    replace: 'return Reflect.get(value, name);\n  } catch (error) {\n    throw error;',
    caughtBy: thrown,
    title: 'getters that throw',
  },
  {
    name: 'instanceof is trusted',
    file: 'lib/core/guarded.ts',
    search: 'return value instanceof kind;\n  } catch {\n    return false;',
    replace: 'return value instanceof kind;\n  } catch (error) {\n    throw error;',
    caughtBy: anything,
    title: 'what it throws costs one attempt',
  },
  {
    name: 'texts are not cut',
    file: 'lib/core/bounded-text.ts',
    search: 'clean.length <= most ?',
    replace: 'clean.length >= 0 ?',
    caughtBy: thrown,
    title: 'a text that is long',
  },
  {
    name: 'credentials stay in texts',
    file: 'lib/core/bounded-text.ts',
    search: "'://***@'",
    replace: "'$&'",
    caughtBy: thrown,
    title: 'an address with credentials',
  },
  {
    name: 'an AggregateError hides its errors',
    file: 'lib/core/thrown.ts',
    search: 'inner.length === 0 ?',
    replace: 'inner.length >= 0 ?',
    caughtBy: thrown,
    title: 'says what its errors say',
  },
  {
    name: 'details are logged as they are',
    file: 'lib/wiring/logger.ts',
    search: '...plainDetails(details),',
    replace: '...details,',
    caughtBy: 'test/lib/wiring/logger.test.ts',
    title: 'says of an error what it says',
  },
  {
    name: 'drivers quote documents',
    file: 'lib/adapters/mongo/errors.ts',
    search: 'if (from >= 0) error.message',
    replace: 'if (from < 0) error.message',
    caughtBy: 'test/lib/adapters/mongo/errors.test.ts',
    title: 'carries no document',
  },
  {
    name: 'logged before the record',
    file: 'lib/consume/settle.ts',
    search: 'if (!(await records.fail(key, message, attempts, lastWord)))',
    replace:
      'if (because) log.warn(because.said, {});\n    if (!(await records.fail(key, message, attempts, lastWord)))',
    caughtBy: anything,
    title: 'logged when its record says so',
  },
  {
    name: 'senders see every message',
    file: 'lib/http/seen-by.ts',
    search: "hasScope(identity, 'failures:read')",
    replace: "hasScope(identity, 'events:read')",
    caughtBy: 'test/lib/http/seen-by.test.ts',
    title: 'a sender sees the code',
  },
  {
    name: 'mail addresses split groups',
    file: 'lib/core/failure-group.ts',
    search: '/[\\d@/\\\\]/',
    replace: '/\\d/',
    caughtBy: grouping,
    title: 'alike but for mail addresses',
  },
  {
    name: 'quoted texts split groups',
    file: 'lib/core/failure-group.ts',
    search: ".replace(/\"[^\"]*\"|(?<!\\w)'[^']*'|`[^`]*`/g, '#')",
    replace: '',
    caughtBy: grouping,
    title: 'alike but for quoted texts',
  },
  {
    name: 'a helper splits groups',
    file: 'lib/core/failure-group.ts',
    search: 'own ?? ours[0]',
    replace: 'ours[0]',
    caughtBy: grouping,
    title: 'first frame of the handler',
  },
  {
    name: 'a line is cut at its event',
    file: 'lib/core/log-fields.ts',
    search: '({ ...fields, ...details, ...fields });\n  return',
    replace: '({ ...details, ...fields });\n  return',
    caughtBy: 'test/lib/wiring/logger.test.ts',
    title: 'before it is cut',
  },
  {
    name: 'lists in lists cost nothing',
    file: 'lib/core/plain.ts',
    search: '  room.left -= PIECE;\n',
    replace: '  room.left -= PIECE && 0;\n',
    caughtBy: 'test/lib/wiring/logger.test.ts',
    title: 'before it is cut',
  },
  {
    name: 'long names of many events in one line',
    file: 'lib/core/log-fields.ts',
    search: 'JSON.stringify(named).length > LONGEST ?',
    replace: 'JSON.stringify(named).length < 0 * LONGEST ?',
    caughtBy: 'test/lib/wiring/logger.test.ts',
    title: 'names every event of a batch',
  },
  {
    name: 'nameless functions split groups',
    file: 'lib/core/failure-group.ts',
    search: "name === '<anonymous>' ? '' : name",
    replace: 'name',
    caughtBy: grouping,
    title: 'alike with a source map',
  },
];

/** What is said of an error, whatever it is: in records, groups and log lines, and to senders. */
export const thrownErrors: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'thrown' }));
