/** `npm run ci:dry`: what of the pipelines can be looked at without running them. */
import { accessSync, constants, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../lib/core/errors.ts';
import { readOptions } from '../command-line.ts';
import { table } from '../table.ts';
import { run } from './framework.ts';
import { trustFaults } from './role-rules.ts';
import { type Job, workflow } from './workflow.ts';
import { faultsOf, type Project } from './workflow-rules.ts';
import { yamlIn } from './yaml.ts';

const ACTIONLINT = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12';
const root = join(import.meta.dirname, '../..');
const { values } = readOptions('npm run ci:dry', { options: { actionlint: { type: 'boolean', default: false } } });

const project: Project = {
  scripts: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts,
  runs(path) {
    try {
      accessSync(join(root, path), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },
};
const faults: string[] = [];
const rows: string[][] = [];
for (const path of globSync('.github/workflows/*.{yml,yaml}', { cwd: root }).sort()) {
  const parsed = workflow.safeParse(yamlIn(join(root, path)));
  if (!parsed.success) {
    faults.push(...parsed.error.issues.map((issue) => `${path}: ${issue.path.join('.')}: ${issue.message}`));
    continue;
  }
  const text = readFileSync(join(root, path), 'utf8');
  faults.push(...faultsOf(parsed.data, text, project).map((fault) => `${path}: ${fault}`));
  for (const [name, job] of Object.entries(parsed.data.jobs)) rows.push([path, name, needsOf(job), commandsOf(job)]);
}
faults.push(
  ...trustFaults(yamlIn(join(root, 'deploy/pipeline/roles.yml'))).map((fault) => `deploy/pipeline/roles.yml: ${fault}`),
);

console.log(table(rows));
for (const line of faults) console.error(line);
console.log(`\n${rows.length} jobs, ${faults.length} faults`);
if (values.actionlint) await actionlint();
process.exitCode = faults.length === 0 ? (process.exitCode ?? 0) : 1;

/** What a job has that a laptop has not. */
function needsOf({ environment, env, steps }: Job): string {
  if (environment !== undefined) return 'AWS';
  return [env, ...steps.map((step) => step.env)].some((variables) => 'MONGO_IMAGE' in variables) ? 'Docker' : 'nothing';
}

function commandsOf({ steps }: Job): string {
  return steps.flatMap(({ run: command }) => (command && command !== 'npm ci' ? [command] : [])).join('; ');
}

async function actionlint(): Promise<void> {
  try {
    await run(['go', 'run', ACTIONLINT]);
    console.log('actionlint found nothing');
  } catch (error) {
    console.error(messageOf(error));
    process.exitCode = 1;
  }
}
