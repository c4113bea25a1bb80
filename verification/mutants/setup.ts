import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, inject, type RunnerTestSuite, TestRunner } from 'vitest';
import { type Patch, patched } from './mutant.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What makes the fault of this project; null in a control. */
    patches: Patch[] | null;
  }
}

const root = join(import.meta.dirname, '../..');
const patches = inject('patches');

if (patches) {
  const byUrl = Map.groupBy(patches, ({ file }) => pathToFileURL(join(root, file)).href);
  registerHooks({
    load(loaded, context, next) {
      const module = next(loaded, context);
      const here = byUrl.get(loaded);
      if (!here) return module;
      const source = here.reduce((text, patch) => patched(patch, text), String(module.source));
      return { ...module, source };
    },
  });
}

// One failure of a mutant is enough: what follows, also what cleans up behind an engine that no longer answers, would only take time.
let caught = false;
beforeEach(({ skip }) => skip(caught, 'another test has failed'));
afterEach(({ task }) => {
  if (!patches || task.result?.state !== 'fail') return;
  caught = true;
  for (let suite: RunnerTestSuite | undefined = task.suite ?? task.file; suite; suite = suite.suite)
    TestRunner.getSuiteHooks(suite).afterAll.length = 0;
  TestRunner.getSuiteHooks(task.file).afterAll.length = 0;
});
