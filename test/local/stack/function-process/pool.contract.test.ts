import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../../../local/stack/engines/program.ts';
import type { FunctionSpec } from '../../../../local/stack/function-process/environment.ts';
import { type PoolOptions, startPool } from '../../../../local/stack/function-process/pool.ts';
import { FunctionError } from '../../../../local/stack/function-process/protocol.ts';
import { startReaper } from '../../../../local/stack/reaper.ts';
import { eventually } from '../../../support/eventually.ts';

const path = (file: string) => fileURLToPath(new URL(`./functions/${file}`, import.meta.url));

// A function that never yields does not notice that its parent is gone.
const reaper = startReaper();
afterAll(reaper.stop);

function pool(
  changes: Partial<PoolOptions> &
    Partial<Pick<FunctionSpec, 'callers' | 'exportName' | 'timeoutSeconds'>> & { module?: string } = {},
) {
  const lines: string[] = [];
  const spec = {
    name: 'sluice-local-test',
    file: path(changes.module ?? 'obedient.mjs'),
    exportName: changes.exportName ?? 'handler',
    timeoutSeconds: changes.timeoutSeconds ?? 60,
    memoryMb: 512,
    region: 'eu-central-1',
    environment: { STAGE: 'local' },
    ...(changes.callers && { callers: changes.callers }),
  };
  const output = (line: string) => void lines.push(line);
  const started = startPool(spec, { processes: 2, invocationsEach: 1, output, watch: reaper.watch, ...changes });
  onTestFinished(() => started.end());
  return {
    lines,
    end: started.end,
    killNext: started.killNext,
    rest: started.rest,
    replace: started.replace,
    warm: started.warm,
    run: (event: object) => started.invoke(event) as Promise<Answer>,
  };
}
interface Answer {
  pid: number;
  runs: number;
  remaining: number;
  context: { name: string; requestId: string };
  environment?: Record<string, string>;
  marked?: string;
}
const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('an execution environment', () => {
  test('is used again, one invocation after another', async () => {
    const { run } = pool();
    const [first, second] = [await run({}), await run({})];
    expect(second.pid).toBe(first.pid);
    expect(second.runs).toBe(2);
    expect(first.pid).not.toBe(process.pid);
  });

  test('takes one invocation at a time; a second one starts another, a third waits', async () => {
    const { run } = pool();
    const answers = await Promise.all([1, 2, 3].map(() => run({ sleep: 100 })));
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
    expect(answers.map(({ runs }) => runs).toSorted()).toEqual([1, 1, 2]);
  });

  test('takes many at a time where that is asked for', async () => {
    const { run } = pool({ processes: 1, invocationsEach: 100 });
    await run({});
    // Each waits until all have come.
    const answers = await Promise.all(Array.from({ length: 50 }, () => run({ meet: 50 })));
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(1);
  });

  test('is told whether its callers need a key', async () => {
    for (const callers of ['need none', 'need a key'] as const)
      expect((await pool({ callers }).run({ environment: true })).marked).toBe(callers);
  });

  test('has Lambda’s variables and the function’s own, and none of this machine', async () => {
    vi.stubEnv('SECRET_OF_THIS_MACHINE', 'x');
    const { environment, marked } = await pool().run({ environment: true });
    expect(marked, 'stage local starts in this process, and asks for keys where nothing else is said').toBe(
      'need a key',
    );
    expect(environment).toMatchObject({
      STAGE: 'local',
      TZ: ':UTC',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'sluice-local-test',
      AWS_REGION: 'eu-central-1',
    });
    expect(environment).not.toHaveProperty('SECRET_OF_THIS_MACHINE');
    vi.unstubAllEnvs();
  });

  test('leaves to the next what Node has compiled, though it is killed, and does not see where', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'sluice-cache-'));
    onTestFinished(() => rmSync(cache, { recursive: true }));
    vi.stubEnv('NODE_COMPILE_CACHE', cache);
    const { run, end } = pool();
    const { environment } = await run({ environment: true });
    vi.unstubAllEnvs();
    await end();
    expect(environment).not.toHaveProperty('NODE_COMPILE_CACHE');
    // runtime.ts, the mark of a local runtime, and the function.
    const kept = globSync('**', { cwd: cache, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(kept.length).toBeGreaterThanOrEqual(3);
  });

  test('gives the function its context, whose time runs', async () => {
    const { context, remaining } = await pool().run({ sleep: 50 });
    expect(context.name).toBe('sluice-local-test');
    expect(context.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThan(59_970);
  });

  test('an answer of nothing is null', async () => {
    expect(await pool({ exportName: 'silent' }).run({})).toBeNull();
  });

  test('what it prints is told line by line', async () => {
    const { run, lines } = pool();
    await run({ log: 'one\ntwo' });
    await eventually(() => expect(lines).toEqual(['one', 'two']));
  });
});

describe('an invocation that gives no answer', () => {
  test('a thrown error is reported with its name, and the process stays', async () => {
    const { run } = pool();
    const { pid } = await run({});
    await expect(run({ throw: 'too far' })).rejects.toThrow('RangeError: too far');
    expect((await run({})).pid).toBe(pid);
  });

  test('a process that ends fails its invocation, and the next has a new one', async () => {
    const { run } = pool();
    const { pid } = await run({});
    await expect(run({ exit: 3 })).rejects.toThrow('Runtime.ExitError: the process ended (code 3)');
    expect((await run({})).pid).not.toBe(pid);
  });

  test.each([
    ['sleeps', { sleep: 60_000 }],
    ['spins', { spin: true }],
  ])('a function that %s beyond its timeout is ended with its process', async (_, event) => {
    const { run } = pool({ processes: 1, timeoutSeconds: 1 });
    // Whatever else it runs may take longer than its second on a busy machine, and is then tried again.
    const { pid } = await eventually(() => run({}));
    const [timedOut, queued] = await Promise.allSettled([run(event), eventually(() => run({}))]);
    expect(timedOut).toMatchObject({ reason: { errorType: 'Sandbox.Timedout' } });
    expect(queued).toMatchObject({ status: 'fulfilled' });
    await eventually(() => expect(alive(pid)).toBe(false));
  });

  test('a module that cannot be loaded fails each invocation with its error', async () => {
    const { run } = pool({ module: 'broken.mjs' });
    await expect(run({})).rejects.toThrow('Error: cannot be loaded');
    await expect(run({})).rejects.toBeInstanceOf(FunctionError);
  });

  test('an export that is missing is named', async () => {
    await expect(pool({ exportName: 'handle' }).run({})).rejects.toThrow(/exports no function handle/);
  });
});

describe('a process that is killed on purpose', () => {
  test('had its invocation in hand, which fails; the next has a new one', async () => {
    const { run, killNext } = pool();
    const { pid } = await run({});
    const killed = killNext(20, 5000);
    await expect(run({ sleep: 10_000 })).rejects.toThrow('Runtime.ExitError: the process ended (SIGKILL)');
    expect(await killed).toEqual({ sleep: 10_000 });
    expect(alive(pid)).toBe(false);
    expect((await run({})).pid).not.toBe(pid);
  });

  test('is none where the invocation was answered before, and none later', async () => {
    const { run, killNext } = pool();
    const { pid } = await run({});
    const killed = killNext(300, 5000);
    await run({});
    expect(await killed).toBeUndefined();
    expect((await run({ sleep: 400 })).pid).toBe(pid);
  });

  test('is none where no invocation came in time', async () => {
    const { run, killNext } = pool();
    expect(await killNext(0, 20)).toBeUndefined();
    expect(await run({ sleep: 50 })).toMatchObject({ runs: 1 });
  });
});

describe('processes that are replaced', () => {
  test('end at once where they are idle, else with their last answer; what follows has a new one meanwhile', async () => {
    const { run, replace } = pool({ processes: 1, invocationsEach: 2 });
    const { pid } = await run({});
    const under = run({ meet: 2 });
    expect(replace()).toBe(true);
    const next = await run({});
    expect(next).toMatchObject({ runs: 1 });
    expect(next.pid).not.toBe(pid);
    expect(alive(pid)).toBe(true);
    expect(replace()).toBe(true);
    await eventually(() => expect(alive(next.pid)).toBe(false));
    process.kill(pid, 'SIGKILL');
    await expect(under).rejects.toThrow('SIGKILL');
    expect(replace()).toBe(false);
  });

  test('answer what they have, and are gone then', async () => {
    const { run, replace, warm } = pool({ processes: 1 });
    const { pid } = await run({});
    const under = run({ sleep: 50 });
    const waiting = run({});
    replace();
    expect((await waiting).pid).not.toBe(pid);
    expect((await under).pid).toBe(pid);
    await eventually(() => expect(alive(pid)).toBe(false));
    await warm();
    expect((await run({})).pid).toBe((await waiting).pid);
  });

  test('keep their port to the end: to be inspected, there is one at a time', async () => {
    const inspectPort = await freePort();
    const { run, replace, warm } = pool({ processes: 1, inspectPort });
    const { pid } = await run({});
    const targets = async () => (await fetch(`http://127.0.0.1:${inspectPort}/json/list`)).json();
    expect(await targets()).toHaveLength(1);
    replace();
    await warm();
    expect(alive(pid)).toBe(false);
    expect((await run({})).pid).not.toBe(pid);
    expect(await targets()).toHaveLength(1);
  });
});

describe('a process that has nothing to do', () => {
  test('ends after its time, and the next invocation has a new one', async () => {
    const { run } = pool({ idleMs: 20 });
    const { pid } = await run({});
    await eventually(() => expect(alive(pid)).toBe(false));
    expect(await run({})).toMatchObject({ runs: 1 });
  });

  test('is not one that works for longer than that', async () => {
    const { run } = pool({ idleMs: 500 });
    const { pid } = await run({});
    expect(await run({ sleep: 1000 })).toMatchObject({ pid, runs: 2 });
  });

  test('is not one that works again, though the answers before came together', async () => {
    const { run } = pool({ processes: 1, invocationsEach: 100, idleMs: 500 });
    const [first] = await Promise.all(Array.from({ length: 50 }, () => run({ meet: 50 })));
    expect(await run({ sleep: 1000 })).toMatchObject({ pid: first?.pid, runs: 51 });
  });

  test('ends at once where nobody is expected to ask it again; what it has is answered before', async () => {
    const { run, rest } = pool();
    const { pid } = await run({});
    const working = run({ sleep: 50 });
    rest();
    expect(await working).toMatchObject({ pid });
    rest();
    await eventually(() => expect(alive(pid)).toBe(false));
    expect(await run({})).toMatchObject({ runs: 1 });
  });
});

describe('no process is left', () => {
  test('after the pool ended, though one was working', async () => {
    const { run, end } = pool();
    const { pid } = await run({});
    const working = run({ spin: true });
    await Promise.all([end(), expect(working).rejects.toThrow('Runtime.ExitError')]);
    expect(alive(pid)).toBe(false);
    await expect(run({})).rejects.toThrow('has been stopped');
  });

  test.each([
    ['idle', {}],
    ['in an endless loop', { spin: true }],
  ])('after its parent was killed while it was %s', async (_, event) => {
    const parent = spawn(process.execPath, [path('parent.ts'), JSON.stringify(event)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
    const { pid } = JSON.parse(line) as Answer;
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await eventually(() => expect(alive(pid)).toBe(false));
  });
});
