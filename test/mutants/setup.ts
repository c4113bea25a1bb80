import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, inject, type RunnerTestSuite, TestRunner } from 'vitest';
import { type Patch, patched } from './mutant.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The fault of this project; null in a control. */
    patch: Patch | null;
  }
}

const root = join(import.meta.dirname, '../..');
const patch = inject('patch');

if (patch) {
  const url = pathToFileURL(join(root, patch.file)).href;
  registerHooks({
    load(loaded, context, next) {
      const module = next(loaded, context);
      if (loaded !== url) return module;
      return { ...module, source: patched(patch, String(module.source)) };
    },
  });
}

// One failure of a mutant is enough: what follows, also what cleans up behind an engine that no longer answers, would only take time.
// A control may try again.
let caught = false;
beforeEach(({ skip }) => skip(caught, 'another test has failed'));
afterEach(({ task }) => {
  if (!patch || task.result?.state !== 'fail') return;
  caught = true;
  for (let suite: RunnerTestSuite | undefined = task.suite ?? task.file; suite; suite = suite.suite)
    TestRunner.getSuiteHooks(suite).afterAll.length = 0;
  TestRunner.getSuiteHooks(task.file).afterAll.length = 0;
});
