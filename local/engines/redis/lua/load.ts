import { readFile } from 'node:fs/promises';
import type { LuaFunctions, LuaModule, LuaState } from './module.ts';

const PAGE = 65_536;
/** C counts bytes in 32 bits, and some with a sign. */
const MOST_MEMORY = 2 ** 31 - PAGE;
/** How much larger it becomes at least, so that it seldom has to. */
const GROWTH = 1.2;
/** What WASI answers to calls that it does not know: https://wasi.dev/ */
const NOSYS = 52;
const I32 = 0x7f;
/** On its way from C's `longjmp` to the `setjmp` that waits for it: https://emscripten.org/docs/porting/setjmp-longjmp.html */
const JUMP = Symbol('longjmp');

/** Functions of C by their addresses. */
interface Table {
  get(address: number): (...args: number[]) => number | undefined;
  set(address: number, work: unknown): void;
  grow(by: number): number;
}

type Imports = Record<string, Record<string, (...args: number[]) => unknown>>;

/** Of WebAssembly what is used here; Node's types have none of it. https://webassembly.github.io/spec/js-api/ */
declare const WebAssembly: {
  Module: { new (bytes: Uint8Array): object; imports(module: object): { name: string }[] };
  Instance: new (module: object, imports: Imports) => { exports: Record<string, unknown> };
  compile(bytes: Uint8Array): Promise<object>;
  instantiate<Exports>(module: object, imports: Imports): Promise<{ exports: Exports }>;
};

/** What C's library needs of its host, and gives it for that. */
interface Runtime {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly __indirect_function_table: Table;
  __wasm_call_ctors(): void;
  emscripten_stack_init(): void;
  stackSave(): number;
  stackRestore(stack: number): void;
  setThrew(threw: number, value: number): void;
}

/** A module that exports the function that it imports. https://webassembly.github.io/spec/core/binary/modules.html */
const passing = (...type: number[]): object =>
  new WebAssembly.Module(
    Uint8Array.of(
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...[1, type.length + 2, 1, 0x60, ...type],
      ...[2, 7, 1, 1, 0x65, 1, 0x66, 0, 0],
      ...[7, 5, 1, 1, 0x66, 0, 0],
    ),
  );
const signatures = { ii: passing(1, I32, 1, I32), vii: passing(2, I32, I32, 0) };

/**
 * Lua 5.1 itself, compiled to WebAssembly: the version that Redis runs. It has no files, no clock and no environment. Of the package
 * only that is used: what else is in it checks every call of every function, a fourth of a script's time.
 */
export async function loadLua(): Promise<LuaModule> {
  const file = new URL('liblua5.1.wasm', import.meta.resolve('wasmoon-lua5.1'));
  const compiled = await WebAssembly.compile(await readFile(file));
  const none = WebAssembly.Module.imports(compiled).map(({ name }) => [name, () => NOSYS] as const);
  const wasi = Object.fromEntries(none);

  function invoke(work: number, state: number, data: number): void {
    const stack = lua.stackSave();
    try {
      lua.__indirect_function_table.get(work)(state, data);
    } catch (thrown) {
      lua.stackRestore(stack);
      if (thrown !== JUMP) throw thrown;
      lua.setThrew(1, 0);
    }
  }

  function jump(): never {
    throw JUMP;
  }

  function exit(): never {
    throw new Error('Lua has ended, most likely because it had no memory left');
  }

  /** @returns whether there is as much memory now */
  function resize(bytes: number): boolean {
    const wanted = bytes >>> 0;
    if (wanted > MOST_MEMORY) return false;
    const size = Math.min(Math.max(wanted, lua.bytes.length * GROWTH), MOST_MEMORY);
    try {
      lua.memory.grow(Math.ceil((size - lua.bytes.length) / PAGE));
    } catch {
      // The machine has none left, which Lua makes an error of.
      return false;
    }
    lua.bytes = Buffer.from(lua.memory.buffer);
    return true;
  }

  function addFunction(work: (state: LuaState) => number | undefined, signature: keyof typeof signatures): number {
    const { exports } = new WebAssembly.Instance(signatures[signature], { e: { f: work } });
    const address = lua.__indirect_function_table.grow(1);
    lua.__indirect_function_table.set(address, exports.f);
    return address;
  }

  const env = {
    ...wasi,
    invoke_vii: invoke,
    _emscripten_throw_longjmp: jump,
    exit,
    emscripten_memcpy_js: (to: number, from: number, length: number) => lua.bytes.copyWithin(to, from, from + length),
    emscripten_resize_heap: resize,
  };
  const { exports } = await WebAssembly.instantiate<LuaFunctions & Runtime>(compiled, {
    env,
    wasi_snapshot_preview1: wasi,
  });
  const lua: LuaModule & Runtime = Object.assign(Object.create(exports), {
    bytes: Buffer.from(exports.memory.buffer),
    addFunction,
  });
  lua.emscripten_stack_init();
  lua.__wasm_call_ctors();
  return lua;
}
