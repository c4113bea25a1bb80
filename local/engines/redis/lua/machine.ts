import { cString } from '../c-string.ts';
import { CommandError, type Reply } from '../reply.ts';
import { drawing } from './drawing.ts';
import { guardedFunctions } from './guarded.ts';
import { type LibraryEntry, redisLibrary, type ScriptHost } from './library.ts';
import { loadLua } from './load.ts';
import { COUNT_HOOK, GLOBALS, type LuaModule, LuaType, REGISTRY } from './module.ts';
import { prelude } from './prelude.ts';
import { protectedCall } from './protected-call.ts';
import { readReply } from './read-reply.ts';
import { LuaStack } from './stack.ts';
import { widener } from './wide.ts';

const HOOK_EVERY = 1_000_000;
/** The server answers BUSY to others after `lua-time-limit`; an engine that runs one thing at a time ends the script then, as SCRIPT KILL would. */
const LONGEST_SCRIPT_MS = 5000;

/** Between scripts there is nobody to run commands. */
const nobody: ScriptHost = { call: () => null, knows: () => false };

/** Lua 5.1 with the globals of Redis and nothing else. */
export class LuaMachine {
  readonly #lua: LuaModule;
  readonly #stack: LuaStack;
  readonly #compiled = new Map<string, number>();
  readonly #longestMs: number;
  readonly #visible: number;
  readonly #handler: number;
  #host: ScriptHost = nobody;
  readonly #hook: number;
  #deadline = 0;

  /** @param longestMs after which a script is ended */
  static async start(longestMs = LONGEST_SCRIPT_MS): Promise<LuaMachine> {
    return new LuaMachine(await loadLua(), longestMs);
  }

  private constructor(lua: LuaModule, longestMs: number) {
    this.#lua = lua;
    this.#longestMs = longestMs;
    const state = lua.luaL_newstate();
    this.#stack = new LuaStack(lua, state);
    this.#stack.load(prelude, '=prelude');
    lua.luaopen_base(state);
    lua.lua_settop(state, 1);
    this.#pushTable(redisLibrary(this.#stack, () => this.#host));
    this.#pushFunction(widener(this.#stack));
    this.#pushTable(drawing(this.#stack));
    this.#pushTable([...guardedFunctions(this.#stack), protectedCall(this.#stack)]);
    for (const open of ['luaopen_debug', 'luaopen_string', 'luaopen_table', 'luaopen_math'] as const) {
      this.#pushFunction(lua[open]);
      lua.lua_pcall(state, 0, 1, 0);
    }
    if (lua.lua_pcall(state, 8, 3, 0) !== 0) throw new Error(`the sandbox of scripts failed: ${this.#stack.text(-1)}`);
    this.#handler = lua.luaL_ref(state, REGISTRY);
    this.#visible = lua.luaL_ref(state, REGISTRY);
    lua.lua_replace(state, GLOBALS);
    this.#hook = lua.addFunction(() => this.#checkTime(), 'vii');
  }

  /** @throws CommandError with the compiler's message */
  compile(sha: string, script: string): void {
    if (this.#compiled.has(sha)) return;
    if (script.startsWith('#!')) throw new CommandError('ERR the embedded engine does not know shebangs in scripts');
    // Bytecode is no source, and the compiler must see that it is none.
    if (this.#stack.load(script.startsWith('\x1b') ? ` ${script}` : script, '@user_script') !== 0) {
      const fault = this.#stack.text(-1);
      this.#stack.pop();
      throw new CommandError(`ERR Error compiling script (new function): ${fault}`);
    }
    this.#compiled.set(sha, this.#lua.luaL_ref(this.#stack.state, REGISTRY));
  }

  /** Forgets every script. */
  flush(): void {
    for (const ref of this.#compiled.values()) this.#lua.luaL_unref(this.#stack.state, REGISTRY, ref);
    this.#compiled.clear();
  }

  /** Runs a script that was compiled. What it did stays done when it fails. */
  run(sha: string, keys: readonly string[], argv: readonly string[], host: ScriptHost): Reply {
    const { state } = this.#stack;
    const lua = this.#lua;
    this.#host = host;
    this.#deadline = performance.now() + this.#longestMs;
    lua.lua_sethook(state, this.#hook, COUNT_HOOK, HOOK_EVERY);
    lua.lua_rawgeti(state, REGISTRY, this.#handler);
    lua.lua_rawgeti(state, REGISTRY, this.#visible);
    for (const [name, list] of [
      ['KEYS', keys],
      ['ARGV', argv],
    ] as const) {
      this.#stack.push(name);
      this.#stack.pushList(list);
      lua.lua_rawset(state, -3);
    }
    this.#stack.pop();
    lua.lua_rawgeti(state, REGISTRY, this.#compiled.get(sha) ?? 0);
    const fault = lua.lua_pcall(state, 0, 1, 1);
    try {
      return fault === 0 ? readReply(this.#stack) : this.#fault(sha);
    } finally {
      lua.lua_settop(state, 0);
    }
  }

  #fault(sha: string): CommandError {
    if (this.#stack.type(2) !== LuaType.table) return new CommandError(`ERR ${this.#stack.text(2)}`);
    this.#stack.getField(2, 'err');
    const isText = this.#lua.lua_isstring(this.#stack.state, -1) !== 0;
    const message = isText ? cString(this.#stack.text(-1)) : 'ERR unknown error';
    const source = this.#stack.textField(2, 'source');
    const line = this.#stack.textField(2, 'line');
    return new CommandError(source ? `${message} script: ${sha}, on ${source}:${line}.` : message);
  }

  #pushFunction(work: (state: number) => number): void {
    this.#lua.lua_pushcclosure(this.#stack.state, this.#lua.addFunction(work, 'ii'), 0);
  }

  #pushTable(entries: readonly LibraryEntry[]): void {
    this.#lua.lua_createtable(this.#stack.state, 0, 0);
    for (const [name, entry] of entries) {
      this.#stack.push(name);
      if (typeof entry === 'function') this.#pushFunction(entry);
      else this.#stack.push(entry);
      this.#lua.lua_rawset(this.#stack.state, -3);
    }
  }

  #raise(message: string): number {
    this.#stack.pushRecord('err', message);
    return this.#lua.lua_error(this.#stack.state);
  }

  #checkTime(): undefined {
    if (performance.now() <= this.#deadline) return;
    // From here on at every instruction: a script that catches the error must not go on.
    this.#lua.lua_sethook(this.#stack.state, this.#hook, COUNT_HOOK, 1);
    this.#raise('ERR Script killed by user with SCRIPT KILL.');
  }
}
