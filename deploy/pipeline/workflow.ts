import { z } from 'zod';

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const permissions = z.record(z.string(), z.string());
const concurrency = z.object({ group: z.string(), 'cancel-in-progress': text.optional() });

const step = z.object({
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  if: text.optional(),
  with: z.record(z.string(), text).default({}),
  env: z.record(z.string(), text).default({}),
});

/** With all else that it says: a secret may stand in any of it. */
const job = z.looseObject({
  'runs-on': z.string(),
  'timeout-minutes': z.number().optional(),
  if: text.optional(),
  permissions: permissions.optional(),
  environment: z.union([z.string(), z.object({ name: z.string() })]).optional(),
  concurrency: concurrency.optional(),
  env: z.record(z.string(), text).default({}),
  steps: z.array(step),
});

/** A workflow of GitHub, as far as the rules look: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax */
export const workflow = z.object({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: permissions.optional(),
  concurrency: concurrency.optional(),
  env: z.record(z.string(), text).default({}),
  jobs: z.record(z.string(), job),
});
export type Workflow = z.output<typeof workflow>;
export type Job = z.output<typeof job>;
export type Step = z.output<typeof step>;
