const MARK = Symbol.for('sluice.local-runtime');

/** Whether a start of the local stack asks callers for keys. */
export type LocalCallers = 'need a key' | 'need none';

/**
 * Says that this process runs functions on this machine, and whom they may answer. Whatever is not `need none` asks for
 * keys, so that a word lost on its way opens nothing.
 */
export const markLocalRuntime = (callers: LocalCallers): void => {
  Reflect.set(globalThis, MARK, callers);
};

/**
 * How this process runs functions on this machine (local/stack/function-process/runtime.ts, which is in no package). A
 * mark in the process, because a deployment can set every variable.
 * @returns undefined where it does not
 */
export function localCallers(): LocalCallers | undefined {
  const mark: unknown = Reflect.get(globalThis, MARK);
  if (mark === undefined) return undefined;
  return mark === 'need none' ? mark : 'need a key';
}
