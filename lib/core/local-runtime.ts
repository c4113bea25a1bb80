const MARK = Symbol.for('sluice.local-runtime');

/** Says that this process runs functions on this machine. */
export const markLocalRuntime = (): void => {
  Reflect.set(globalThis, MARK, true);
};

/**
 * Whether this process runs functions on this machine (local/stack/function-process/runtime.ts, which is in no package).
 * A mark in the process, because a deployment can set every variable.
 */
export const isLocalRuntime = (): boolean => Reflect.get(globalThis, MARK) === true;
