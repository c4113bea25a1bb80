import type { Mutant } from '../mutant.ts';

const commands = 'test/local/engines/redis/commands.contract.test.ts';
const found = 'test/local/engines/redis/mutants-found.contract.test.ts';
const behaviour = 'test/local/engines/redis/behaviour.contract.test.ts';

const scripts = 'local/engines/redis/commands/scripts.ts';
const strings = 'local/engines/redis/commands/strings.ts';
const transactions = 'local/engines/redis/commands/transactions.ts';
const store = 'local/engines/redis/database.ts';
const channels = 'local/engines/redis/channels.ts';

const faults: Omit<Mutant, 'engine'>[] = [
  {
    name: 'commands of others run between two of a script',
    file: scripts,
    search: 'const reply = perform(',
    replace:
      'if (command.writes) {\n' +
      '    setImmediate(() => perform(call, command, given.toLowerCase(), args));\n' +
      '    return OK;\n' +
      '  }\n' +
      '  const reply = perform(',
    caughtBy: behaviour,
    title: 'run one at a time',
  },
  {
    name: 'a script that fails is rolled back',
    file: scripts,
    search: 'return state.lua.run(',
    replace:
      'const before = call.db.keys().map((key) => ({ key, value: call.db.get(key), until: call.db.expireAt(key) }));\n' +
      '    const undo = (answer: Reply): Reply => {\n' +
      '      if (!(answer instanceof CommandError)) return answer;\n' +
      '      call.db.clear();\n' +
      '      for (const { key, value, until } of before) if (value) call.db.put(key, value, until);\n' +
      '      return answer;\n' +
      '    };\n' +
      '    const run = (...given: Parameters<typeof state.lua.run>) => undo(state.lua.run(...given));\n' +
      '    return run(',
    caughtBy: commands,
    title: 'errors end a script',
  },
  {
    name: 'redis.call does not raise',
    file: 'local/engines/redis/lua/library.ts',
    search: 'return raises && reply instanceof CommandError ?',
    replace: 'return false ?',
    caughtBy: commands,
    title: 'errors end a script',
  },
  {
    name: 'a script keeps its SELECT',
    file: scripts,
    search: 'session.database = database;',
    replace: '',
    caughtBy: found,
    title: 'SELECT in a script',
  },
  {
    name: 'SCRIPT FLUSH forgets nothing',
    file: scripts,
    search: 'state.scripts.clear();',
    replace: '',
    caughtBy: found,
    title: 'SCRIPT FLUSH forgets',
  },
  {
    name: 'nothing expires',
    file: store,
    search: 'return expireAt !== undefined && expireAt <= this.now;',
    replace: 'return expireAt !== undefined && expireAt < 0;',
    caughtBy: behaviour,
    title: 'takes keys away for every command',
  },
  {
    name: 'SET keeps the expiry',
    file: store,
    search: "const until = expireAt === 'keep' ?",
    replace: "const until = expireAt === 'keep' || expireAt === undefined ?",
    caughtBy: commands,
    title: 'takes the expiry away',
  },
  {
    name: 'INCR takes the expiry away',
    file: strings,
    search: "putText(db, key, String(sum), 'keep');",
    replace: 'putText(db, key, String(sum));',
    caughtBy: commands,
    title: 'counters are 64-bit',
  },
  {
    name: 'SET NX overwrites',
    file: strings,
    search: "(condition === 'NX' && exists) || ",
    replace: '',
    caughtBy: commands,
    title: 'SET NX and XX',
  },
  {
    name: 'HSETNX overwrites',
    file: 'local/engines/redis/commands/hashes.ts',
    search: 'if (read(db, key).has(field)) return 0;',
    replace: '',
    caughtBy: commands,
    title: 'hashes come with their first',
  },
  {
    name: 'ZADD GT takes a lower score',
    file: 'local/engines/redis/commands/sorted-sets.ts',
    search: "(given.has('GT') && score <= old) || ",
    replace: '',
    caughtBy: commands,
    title: 'ZADD obeys',
  },
  {
    name: 'commands of a transaction run before EXEC',
    file: 'local/engines/redis/execute.ts',
    search: 'session.transaction.queue.push({ slot: session.slot, run: () => perform(context, command, name, args) });',
    replace:
      'const reply = perform(context, command, name, args);\n' +
      '  session.transaction.queue.push({ slot: session.slot, run: () => reply });',
    caughtBy: commands,
    title: 'MULTI queues',
  },
  {
    name: 'EXEC runs what could not be queued whole',
    file: transactions,
    search: 'if (transaction.spoiled) throw',
    replace: 'if (false) throw',
    caughtBy: commands,
    title: 'MULTI queues',
  },
  {
    name: 'WATCH is ignored',
    file: transactions,
    search: 'if (changed) return nullArray;',
    replace: '',
    caughtBy: behaviour,
    title: 'of a watched key ends the transaction',
  },
  {
    name: 'PFADD forgets the greatest rank',
    file: 'local/engines/redis/registers.ts',
    search: 'if (value <= ((all ? all[index] : this.#few.get(index)) ?? 0)) return false;',
    replace: 'if (value === (all ? all[index] : this.#few.get(index))) return false;',
    caughtBy: behaviour,
    title: 'PFCOUNT',
  },
  {
    name: 'a message to a channel is lost',
    file: channels,
    search: 'listener.push([word, name, message]);',
    replace: '',
    caughtBy: behaviour,
    title: 'reaches channels',
  },
  {
    name: 'who has unsubscribed still hears',
    file: channels,
    search: 'listeners?.delete(listener);',
    replace: '',
    caughtBy: behaviour,
    title: 'reaches channels',
  },
  {
    name: 'SCAN loses keys',
    file: 'local/engines/redis/register.ts',
    search:
      'for (let place = start - 1; place >= end; place--) {\n      const item = this.#list[place];\n      if (item) visit(item);',
    replace:
      'for (let place = start - 2; place >= end; place--) {\n      const item = this.#list[place];\n      if (item) visit(item);',
    caughtBy: behaviour,
    title: 'SCAN brings every key',
  },
];

export const redis: readonly Mutant[] = faults.map((fault) => ({ ...fault, engine: 'redis' }));
