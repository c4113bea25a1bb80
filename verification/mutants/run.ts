import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createVitest, type TestCase, type TestModule, type TestSpecification } from 'vitest/node';
import { type Mutant, type Patch, patched, patchesOf } from './mutant.ts';
import type { Control, Outcome, Report } from './report.ts';
import { shareEngines } from './shared-engines.ts';

const root = join(import.meta.dirname, '../..');

/** An error of code that a patch broke, and not of what the code does. */
const brokenCode = /ReferenceError|SyntaxError|is not defined|is not a function|Cannot find module/;

/** How much longer than without the fault a test may take at least: a machine may become that much busier from one run to the next. */
const SLACK = 5;

/**
 * Runs the tests that should catch the mutants without a fault, which shows how long they take on this machine, and then every mutant
 * against its test file, each in a process of its own, all in one run of vitest.
 * @param mutants with names of their own
 * @param options.mutantMs how long a test may take under a fault, where it is quick without
 * @param options.sharedEngines one set of engines for all: where the faults are in none of them
 * @returns one outcome a mutant, in their order, and one control a test file
 */
export async function runMutants(mutants: readonly Mutant[], options: RunOptions = {}): Promise<Report> {
  const start = performance.now();
  const refused = new Map(mutants.flatMap((mutant) => refusalOf(mutant)));
  const able = mutants.filter((mutant) => !refused.has(mutant));
  const files = [...new Set(able.map(({ caughtBy }) => caughtBy))];
  const { controls, modules } = await onEngines(options, async () => {
    const unbroken = files.map((file) => ({
      name: file,
      file,
      title: unionOf(able, file),
      patches: null,
      ms: 300_000,
    }));
    const controls = await runArms(unbroken);
    const arms = able.map((mutant) => ({
      name: mutant.name,
      file: mutant.caughtBy,
      title: mutant.title,
      patches: patchesOf(mutant),
      ms: Math.max(msOf(mutant, options), SLACK * usualMs(controls.get(mutant.caughtBy), mutant.title)),
    }));
    return { controls, modules: await runArms(arms) };
  });
  return {
    mutants: mutants.map((mutant) => ({
      ...pick(mutant),
      ...(refused.get(mutant) ?? outcomeOf(modules.get(mutant.name))),
    })),
    controls: files.map((file) => ({ file, ...controlOf(controls.get(file)) })),
    ms: Math.round(performance.now() - start),
  };
}

interface RunOptions {
  mutantMs?: number;
  sharedEngines?: boolean;
}

/** One project of the run. */
interface Arm {
  name: string;
  file: string;
  title: string;
  patches: Patch[] | null;
  /** How long a test may take. */
  ms: number;
}

const msOf = ({ seconds }: Mutant, { mutantMs = 5000 }: RunOptions): number =>
  seconds === undefined ? mutantMs : seconds * 1000;

type Result = Omit<Outcome, keyof ReturnType<typeof pick>>;

const pick = ({ name, engine, file, caughtBy }: Mutant) => ({ name, engine, file, caughtBy });

function refusalOf(mutant: Mutant): [Mutant, Result][] {
  try {
    const sources = new Map<string, string>();
    for (const patch of patchesOf(mutant)) {
      const source = sources.get(patch.file) ?? readFileSync(join(root, patch.file), 'utf8');
      sources.set(patch.file, patched(patch, source));
    }
    readFileSync(join(root, mutant.caughtBy));
    return [];
  } catch (cause) {
    return [[mutant, { fate: 'broken', message: cause instanceof Error ? cause.message : String(cause), ms: 0 }]];
  }
}

/** The tests of a file that any of its mutants is caught by. */
const unionOf = (mutants: readonly Mutant[], file: string): string =>
  mutants.flatMap(({ caughtBy, title }) => (caughtBy === file ? [`(?:${title})`] : [])).join('|');

async function onEngines<Value>({ sharedEngines = false }: RunOptions, work: () => Promise<Value>): Promise<Value> {
  // The faults are in the engines of this project, whatever servers the run around this one has.
  for (const name of Object.keys(process.env)) if (/^(MONGODB|REDIS|SQS|TEST)_/.test(name)) delete process.env[name];
  const engines = sharedEngines ? await shareEngines() : undefined;
  try {
    return await work();
  } finally {
    await engines?.stop();
  }
}

/**
 * The files are loaded by Node and not by Vite, as the functions and engines are: a fault then costs no transformation of all other files.
 * The fault itself is made in verification/mutants/setup.ts.
 */
async function runArms(arms: readonly Arm[]): Promise<Map<string, TestModule>> {
  if (arms.length === 0) return new Map();
  // Inherited by all processes of the run: each would compile the drivers again.
  process.env.NODE_COMPILE_CACHE ??= join(root, 'node_modules/.cache/node');
  // Those that take long wait for what the fault keeps from coming.
  const vitest = await createVitest(
    'test',
    { config: false, root, watch: false, reporters: [{}], maxWorkers: availableParallelism() + 3 },
    {
      test: {
        projects: arms.map(({ name, file, patches, ms }) => ({
          extends: true as const,
          sharedViteServer: true,
          test: {
            name,
            include: [file],
            pool: 'forks' as const,
            setupFiles: [join(import.meta.dirname, 'setup.ts')],
            provide: { patches },
            testTimeout: ms,
            hookTimeout: 60_000,
            experimental: { viteModuleRunner: false, nodeLoader: false },
          },
        })),
      },
    },
  );
  try {
    const specifications: TestSpecification[] = [];
    for (const { name, file, title } of arms) {
      const project = vitest.projects.find((one) => one.name === name);
      if (!project) throw new Error(`vitest has no project for "${name}"; is it the name of two mutants?`);
      specifications.push(project.createSpecification(join(root, file), { testNamePattern: new RegExp(title, 'i') }));
    }
    const { testModules } = await vitest.runTestSpecifications(specifications);
    return new Map(testModules.map((module) => [module.project.name, module]));
  } finally {
    await vitest.close();
    // It is the mutants' business to fail.
    process.exitCode = 0;
  }
}

function outcomeOf(module: TestModule | undefined): Result {
  const { failed, ran, ms } = read(module);
  const first = failed[0];
  if (first) {
    const fate = brokenCode.test(textOf(first)) ? 'broken' : 'caught';
    return { fate, test: first.fullName, asserted: isAsserted(first), message: messageOf(first), ms };
  }
  const failure = failureOf(module);
  if (failure !== undefined) return { fate: 'broken', message: failure, ms };
  if (ran === 0) return { fate: 'broken', message: 'no test has this title', ms };
  return { fate: 'survived', ms };
}

function controlOf(module: TestModule | undefined): Omit<Control, 'file'> {
  const { failed, ran } = read(module);
  const message =
    failed[0] !== undefined
      ? `${failed[0].fullName}: ${messageOf(failed[0])}`
      : (failureOf(module) ?? (ran === 0 ? 'no test ran' : undefined));
  return message === undefined ? { passed: true } : { passed: false, message };
}

function read(module: TestModule | undefined): { failed: TestCase[]; ran: number; ms: number } {
  const tests = [...(module?.children.allTests() ?? [])];
  const failed = tests.filter((test) => test.result().state === 'failed');
  const ran = tests.filter((test) => test.result().state !== 'skipped').length;
  return { failed, ran, ms: Math.round(module?.diagnostic().duration ?? 0) };
}

/** How long the longest of the tests with this title takes without a fault. */
function usualMs(control: TestModule | undefined, title: string): number {
  const tests = [...(control?.children.allTests() ?? [])].filter(({ fullName }) =>
    new RegExp(title, 'i').test(fullName),
  );
  return Math.round(Math.max(0, ...tests.map((test) => test.diagnostic()?.duration ?? 0)));
}

/** What went wrong outside the tests: an import, a hook. */
function failureOf(module: TestModule | undefined): string | undefined {
  if (!module) return 'its tests did not run';
  const suites = [...module.children.allSuites()];
  return [module, ...suites].flatMap((one) => one.errors())[0]?.message;
}

const textOf = (test: TestCase): string =>
  (test.result().errors ?? []).map(({ name, message, stack }) => `${name} ${message} ${stack ?? ''}`).join('\n');

const isAsserted = (test: TestCase): boolean => test.result().errors?.[0]?.name === 'AssertionError';

const messageOf = (test: TestCase): string => test.result().errors?.[0]?.message.split('\n')[0] ?? '';
