import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../lib/core/errors.ts';
import type { Account } from './account.ts';
import type { DeployedFunction } from './deployed.ts';
import type { Environment, EnvironmentSpec, StartEnvironment } from './environment.ts';
import { unzip } from './unzip.ts';

/** What the start of an environment took, and the first invocation behind it, in ms. */
export interface ColdStart {
  functionName: string;
  /** Undefined where it is not told apart. */
  initMs: number | undefined;
  firstMs: number;
}

export interface Lambda {
  /** Runs a function, in an environment that has nothing to do, or in a new one. @throws FunctionError */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  readonly coldStarts: readonly ColdStart[];
  /** Rejects at the first fault of a function: it could not be loaded, threw, died, or took too long. */
  readonly fault: Promise<never>;
  /** Resolves when nothing runs any more: every environment is frozen. */
  frozen(): Promise<void>;
  /** Ends every environment, and removes what was unpacked. */
  end(): Promise<void>;
}

export interface LambdaOptions extends Pick<EnvironmentSpec, 'watch'> {
  functions: readonly DeployedFunction[];
  account: Account;
  /** Where the zips are. */
  folder: string;
  start: StartEnvironment;
  /** Hears each line that a function prints. */
  output(functionName: string, line: string): void;
  /** What a control takes away of a function's code, as it was unpacked. @param folder of it */
  unpacked?(functionName: string, folder: string): void;
}

/** The functions of a stage, in environments that are started when they are needed and used again. */
export function openLambda({ functions, folder, output, unpacked, ...options }: LambdaOptions): Lambda {
  const scratch = mkdtempSync(join(tmpdir(), 'sluice-artefact-'));
  const code = new Map<string, string>();
  const idle = new Map<string, Environment[]>();
  const all = new Set<Environment>();
  const busy = new Set<Promise<void>>();
  const coldStarts: ColdStart[] = [];
  const fault = Promise.withResolvers<never>();
  fault.promise.catch(() => {});

  function unpack({ name, zip }: DeployedFunction): string {
    const known = code.get(name);
    if (known !== undefined) return known;
    const to = join(scratch, name);
    unzip(join(folder, zip), to);
    unpacked?.(name, to);
    code.set(name, to);
    return to;
  }

  async function start(one: DeployedFunction): Promise<Environment> {
    const spec = { ...options, function: one, folder: unpack(one), output: (line: string) => output(one.name, line) };
    const environment = await options.start(spec);
    all.add(environment);
    return environment;
  }

  async function run(one: DeployedFunction, event: unknown): Promise<unknown> {
    const standing = idle.get(one.name)?.pop();
    const environment = standing ?? (await start(one));
    const initMs = await environment.started;
    const begun = performance.now();
    const { answer, frozen } = await environment.invoke(event);
    if (!standing) coldStarts.push({ functionName: one.name, initMs, firstMs: performance.now() - begun });
    const free = frozen.then(() => {
      idle.set(one.name, [...(idle.get(one.name) ?? []), environment]);
      busy.delete(free);
    });
    busy.add(free);
    return answer;
  }

  return {
    coldStarts,
    fault: fault.promise,
    async invoke(functionName, event) {
      const one = functions.find(({ name }) => name === functionName);
      if (!one) throw new Error(`there is no function ${functionName}`);
      try {
        return await run(one, event);
      } catch (cause) {
        fault.reject(new Error(`${functionName}: ${messageOf(cause)}`, { cause }));
        throw cause;
      }
    },
    async frozen() {
      while (busy.size > 0) await Promise.all(busy);
    },
    async end() {
      await Promise.all([...all].map((environment) => environment.end()));
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
