import type { Mutant } from '../mutant.ts';

const contract = 'test/local/stack/function-process/pool.contract.test.ts';

const pool = 'local/stack/function-process/pool.ts';
const process = 'local/stack/function-process/function-process.ts';

/** Of the parent alone: what runs in a function's process is loaded as it is. */
const faults: Omit<Mutant, 'engine'>[] = [
  {
    name: 'a dead process is not replaced',
    file: pool,
    search: 'processes.delete(started);',
    replace: '',
    caughtBy: contract,
    title: 'sleeps beyond its timeout',
  },
  {
    name: 'several invocations at a time in one process',
    file: pool,
    search: 'one.busy() < options.invocationsEach',
    replace: 'true',
    caughtBy: contract,
    title: 'takes one invocation at a time',
  },
  {
    name: 'processes stay after the end',
    file: pool,
    search: 'await Promise.all([...processes, ...retired].map((one) => one.end()));',
    replace: '',
    caughtBy: contract,
    title: 'after the pool ended',
  },
  {
    name: 'a timeout is not enforced',
    file: process,
    search: 'timer = setTimeout(outOfTime, spec.timeoutSeconds * 1000);',
    replace: '',
    caughtBy: contract,
    title: 'sleeps beyond its timeout',
  },
  {
    name: 'a process lives on after its timeout',
    file: process,
    search: '.00 seconds`);\n        kill();',
    replace: '.00 seconds`);',
    caughtBy: contract,
    title: 'spins beyond its timeout',
  },
  {
    name: 'a thrown error is answered as null',
    file: process,
    search: 'return one?.reject(new FunctionError(report.error));',
    replace: 'return one?.resolve(null);',
    caughtBy: contract,
    title: 'a thrown error is reported',
  },
  {
    name: 'an invocation that gets no answer is answered as null',
    file: process,
    search: 'for (const { reject } of waiting.values()) reject(new FunctionError({ errorType, errorMessage, trace }));',
    replace: 'for (const { resolve } of waiting.values()) resolve(null);',
    caughtBy: contract,
    title: 'a process that ends fails its invocation',
  },
  {
    name: 'a function sees the environment of the machine',
    file: 'local/stack/function-process/environment.ts',
    search: "PATH: machine.PATH ?? '',",
    replace: '...(machine as Record<string, string>),',
    caughtBy: contract,
    title: 'none of this machine',
  },
];

export const functionProcess: readonly Mutant[] = faults.map((fault) => ({ ...fault, engine: 'function-process' }));
