import { createHash } from 'node:crypto';
import { formatDouble } from '../float-text.ts';
import { CommandError, type Reply } from '../reply.ts';
import { pushReply, readReply, type ScriptCall } from './convert.ts';
import { COUNT_HOOK, GLOBALS, type LuaModule, LuaType, loadLua, REGISTRY } from './module.ts';
import { prelude } from './prelude.ts';
import { LuaStack } from './stack.ts';
import { widener } from './wide.ts';

const HOOK_EVERY = 1_000_000;
/** The server answers BUSY to others after `lua-time-limit`; an engine that runs one thing at a time ends the script then, as SCRIPT KILL would. */
const LONGEST_SCRIPT_MS = 5000;

/** Lua 5.1 with the globals of Redis and nothing else. */
export class LuaMachine {
  readonly #lua: LuaModule;
  readonly #stack: LuaStack;
  readonly #compiled = new Map<string, number>();
  readonly #longestMs: number;
  readonly #visible: number;
  readonly #handler: number;
  #call: ScriptCall = () => null;
  readonly #hook: number;
  #deadline = 0;

  /** @param longestMs after which a script is ended */
  static async start(longestMs = LONGEST_SCRIPT_MS): Promise<LuaMachine> {
    return new LuaMachine(await loadLua(), longestMs);
  }

  private constructor(lua: LuaModule, longestMs: number) {
    this.#lua = lua;
    this.#longestMs = longestMs;
    const state = lua._luaL_newstate();
    this.#stack = new LuaStack(lua, state);
    this.#load(prelude, '=prelude');
    lua._luaopen_base(state);
    lua._lua_settop(state, 1);
    this.#pushLibrary();
    this.#pushFunction(widener(this.#stack));
    for (const open of ['_luaopen_debug', '_luaopen_string', '_luaopen_table', '_luaopen_math'] as const) {
      this.#pushFunction(lua[open]);
      lua._lua_pcall(state, 0, 1, 0);
    }
    if (lua._lua_pcall(state, 6, 3, 0) !== 0) throw new Error(`the sandbox of scripts failed: ${this.#stack.text(-1)}`);
    this.#handler = lua._luaL_ref(state, REGISTRY);
    this.#visible = lua._luaL_ref(state, REGISTRY);
    lua._lua_replace(state, GLOBALS);
    this.#hook = lua.addFunction(() => this.#checkTime(), 'vii');
  }

  /** @throws CommandError with the compiler's message */
  compile(sha: string, script: string): void {
    if (this.#compiled.has(sha)) return;
    if (script.startsWith('#!')) throw new CommandError('ERR the embedded engine does not know shebangs in scripts');
    if (this.#load(script, '@user_script') !== 0) {
      const fault = this.#stack.text(-1);
      this.#stack.pop();
      throw new CommandError(`ERR Error compiling script (new function): ${fault}`);
    }
    this.#compiled.set(sha, this.#lua._luaL_ref(this.#stack.state, REGISTRY));
  }

  /** Forgets every script. */
  flush(): void {
    for (const ref of this.#compiled.values()) this.#lua._luaL_unref(this.#stack.state, REGISTRY, ref);
    this.#compiled.clear();
  }

  /** Runs a script that was compiled. What it did stays done when it fails. */
  run(sha: string, keys: readonly string[], argv: readonly string[], call: ScriptCall): Reply {
    const { state } = this.#stack;
    const lua = this.#lua;
    this.#call = call;
    this.#deadline = performance.now() + this.#longestMs;
    lua._lua_sethook(state, this.#hook, COUNT_HOOK, HOOK_EVERY);
    lua._lua_rawgeti(state, REGISTRY, this.#handler);
    lua._lua_rawgeti(state, REGISTRY, this.#visible);
    for (const [name, list] of [
      ['KEYS', keys],
      ['ARGV', argv],
    ] as const) {
      this.#stack.push(name);
      this.#stack.pushList(list);
      lua._lua_rawset(state, -3);
    }
    this.#stack.pop();
    lua._lua_rawgeti(state, REGISTRY, this.#compiled.get(sha) ?? 0);
    const fault = lua._lua_pcall(state, 0, 1, 1);
    try {
      return fault === 0 ? readReply(this.#stack, 2) : this.#fault(sha);
    } finally {
      lua._lua_settop(state, 0);
    }
  }

  #fault(sha: string): CommandError {
    if (this.#stack.type(2) !== LuaType.table) return new CommandError(`ERR ${this.#stack.text(2)}`);
    const message = this.#stack.textField(2, 'err') ?? 'ERR unknown error';
    const source = this.#stack.textField(2, 'source');
    const line = this.#stack.textField(2, 'line');
    return new CommandError(source ? `${message} script: ${sha}, on ${source}:${line}.` : message);
  }

  /** Leaves the compiled function, or the compiler's message, on the stack. */
  #load(text: string, name: string): number {
    const lua = this.#lua;
    const start = this.#stack.write(`${text}\0${name}`);
    return lua._luaL_loadbuffer(this.#stack.state, start, text.length, start + text.length + 1);
  }

  #pushFunction(work: (state: number) => number): void {
    this.#lua._lua_pushcclosure(this.#stack.state, this.#lua.addFunction(work, 'ii'), 0);
  }

  /** The table `redis`. */
  #pushLibrary(): void {
    const lua = this.#lua;
    const { state } = this.#stack;
    const functions: Record<string, () => number> = {
      call: () => this.#command(true),
      pcall: () => this.#command(false),
      sha1hex: () => this.#sha1hex(),
      error_reply: () => this.#single('err'),
      status_reply: () => this.#single('ok'),
      log: () => (lua._lua_gettop(state) < 2 ? this.#raise('ERR redis.log() requires two arguments or more.') : 0),
      replicate_commands: () => {
        this.#stack.push(true);
        return 1;
      },
    };
    const constants = { LOG_DEBUG: 0, LOG_VERBOSE: 1, LOG_NOTICE: 2, LOG_WARNING: 3 };
    lua._lua_createtable(state, 0, 12);
    for (const [name, work] of Object.entries(functions)) {
      this.#stack.push(name);
      this.#pushFunction(work);
      lua._lua_rawset(state, -3);
    }
    for (const [name, value] of Object.entries(constants)) {
      this.#stack.push(name);
      this.#stack.push(value);
      lua._lua_rawset(state, -3);
    }
  }

  #command(raises: boolean): number {
    const reply = this.#answer();
    pushReply(this.#stack, reply);
    return raises && reply instanceof CommandError ? this.#lua._lua_error(this.#stack.state) : 1;
  }

  #answer(): Reply {
    const count = this.#lua._lua_gettop(this.#stack.state);
    if (count === 0) return new CommandError('ERR Please specify at least one argument for this redis lib call');
    const args: string[] = [];
    for (let index = 1; index <= count; index++) {
      const type = this.#stack.type(index);
      if (type === LuaType.string) args.push(this.#stack.text(index));
      else if (type === LuaType.number) args.push(this.#numberText(index));
      else return new CommandError('ERR Lua redis lib command arguments must be strings or integers');
    }
    try {
      return this.#call(args);
    } catch (fault) {
      // An exception of JavaScript cannot pass through Lua's frames.
      return new CommandError(`ERR the embedded engine failed: ${fault}`);
    }
  }

  /** Lua alone knows the sign of a number that is none. */
  #numberText(index: number): string {
    const value = this.#lua._lua_tonumber(this.#stack.state, index);
    return Number.isNaN(value) ? this.#stack.text(index) : formatDouble(value);
  }

  #sha1hex(): number {
    if (this.#lua._lua_gettop(this.#stack.state) !== 1) return this.#raise('ERR wrong number of arguments');
    const text = this.#stack.text(1);
    this.#stack.push(createHash('sha1').update(text, 'latin1').digest('hex'));
    return 1;
  }

  /** `error_reply` puts the code ERR before a message of one word. */
  #single(name: 'ok' | 'err'): number {
    const fine = this.#lua._lua_gettop(this.#stack.state) === 1 && this.#stack.type(1) === LuaType.string;
    if (!fine) this.#stack.pushRecord('err', 'ERR wrong number or type of arguments');
    else if (name === 'ok') this.#stack.pushRecord('ok', this.#stack.text(1));
    else {
      const message = this.#stack.text(1).replace(/^-/, '');
      this.#stack.pushRecord('err', message.includes(' ') ? message : `ERR ${message}`);
    }
    return 1;
  }

  #raise(message: string): number {
    this.#stack.pushRecord('err', message);
    return this.#lua._lua_error(this.#stack.state);
  }

  #checkTime(): undefined {
    if (performance.now() <= this.#deadline) return;
    // From here on at every instruction: a script that catches the error must not go on.
    this.#lua._lua_sethook(this.#stack.state, this.#hook, COUNT_HOOK, 1);
    this.#raise('ERR Script killed by user with SCRIPT KILL.');
  }
}
