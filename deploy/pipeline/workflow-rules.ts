import type { Job, Step, Workflow } from './workflow.ts';

/** What the rules ask of the project. */
export interface Project {
  /** Scripts of package.json, by name. */
  scripts: Readonly<Record<string, string>>;
  /** @param path of a file of the project @returns whether it is there and may be run */
  runs: (path: string) => boolean;
}

/**
 * What is wrong with a workflow: who may do what, what it runs, and from whom.
 * @param text as it is written, because a reader of YAML loses comments
 * @returns a line for each fault
 */
export const faultsOf = (workflow: Workflow, text: string, project: Project): string[] => [
  ...ofWorkflow(workflow),
  ...ofActions(workflow, text),
  ...Object.entries(workflow.jobs).flatMap(([name, job]) =>
    [...ofJob(job, workflow), ...job.steps.flatMap((step) => ofStep(step, job, project))].map(
      (fault) => `${name}: ${fault}`,
    ),
  ),
];

function ofWorkflow({ on, permissions, concurrency, env }: Workflow): string[] {
  return [
    ...fault(hasSecrets(env), `every job would have it: ${NO_SECRETS}`),
    ...fault(
      Object.keys(permissions ?? { all: '' }).length > 0,
      '`permissions: {}` must stand on top: each job names its own',
    ),
    ...fault(!concurrency, '`concurrency` must stand on top'),
    ...fault(/run_(id|number|attempt)/.test(concurrency?.group ?? ''), 'a group of one run holds nobody back'),
    ...fault(
      'pull_request_target' in on,
      'pull_request_target runs the code of strangers with the rights of the repository',
    ),
  ];
}

/** `owner/name@<commit> # v1.2.3`: a tag can be moved to other code. */
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

/** Those of lines of their own, with what stands behind them; and each that a step uses and no such line names. */
function ofActions({ jobs }: Workflow, text: string): string[] {
  const lines = [...text.matchAll(/^\s*(?:- )?uses:\s*(.*)$/gm)].map(([, action = '']) => action.trim());
  const named = new Set(lines.map((line) => line.split(' ')[0]));
  const others = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
  return [...lines.filter((line) => !PINNED.test(line)), ...others.filter((action) => !named.has(action))].map(
    (action) => `${action}: an action is pinned by the hash of its commit, with the version behind it`,
  );
}

const NO_SECRETS = 'only a job of an environment may have secrets';
/** In an expression, whatever the way to one: `secrets.KEY`, `secrets['KEY']`, `toJSON(secrets)`. */
const hasSecrets = (part: unknown): boolean => /\$\{\{[^}]*\bsecrets\b/.test(JSON.stringify(part));

function ofJob(job: Job, { on }: Workflow): string[] {
  const { permissions, environment, concurrency } = job;
  const ofRequests = Object.keys(on).includes('pull_request') && environment !== undefined;
  return [
    ...fault(!permissions, '`permissions` are missing'),
    ...fault(job['timeout-minutes'] === undefined, '`timeout-minutes` is missing'),
    ...fault(
      Object.keys(permissions ?? {}).includes('id-token') && !environment,
      'only a job of an environment may take a role (id-token)',
    ),
    ...fault(
      Object.entries(permissions ?? {}).some(([what, right]) => right === 'write' && what !== 'id-token'),
      'no job may write',
    ),
    ...fault(!environment && hasSecrets(job), NO_SECRETS),
    ...fault(
      environment !== undefined && concurrency?.['cancel-in-progress'] !== 'false',
      'a deployment is never cut off: `concurrency` with `cancel-in-progress: false`',
    ),
    ...fault(
      ofRequests &&
        !job.if?.includes(OWN_BRANCHES) &&
        !job.steps.some(({ uses }) => uses?.startsWith('actions/download-artifact@')),
      `a job with rights is for branches of this repository: if: ${OWN_BRANCHES}`,
    ),
  ];
}

const OWN_BRANCHES = 'github.event.pull_request.head.repo.full_name == github.repository';

function ofStep(step: Step, job: Job, project: Project): string[] {
  const { run, uses } = step;
  if (uses !== undefined)
    return fault(
      uses.startsWith('actions/checkout@') && step.with['persist-credentials'] !== 'false',
      'checkout: `persist-credentials: false`',
    );
  if (run === undefined) return ['a step runs a script, or uses an action'];
  const line = run.trim();
  return [
    ...fault(
      /\$\{\{/.test(line),
      `${line}: an expression in a command is whatever its writer makes of it: env hands it over`,
    ),
    ...ofCommand(line, { ...job.env, ...step.env }, project).map((what) => `${line}: ${what}`),
  ];
}

/** One command: words, and variables of the step in quotes. So that all a pipeline does can be done without it. */
function ofCommand(line: string, env: Readonly<Record<string, string>>, { scripts, runs }: Project): string[] {
  const words = line.split(' ');
  const strange = words.filter((word) => !/^(?:[\w./:@=-]+|"\$\w+")$/.test(word));
  if (strange.length > 0) return [`${strange.join(' ')}: a step is one script, and nothing of a shell`];
  const unknown = words.flatMap((word) => /^"\$(\w+)"$/.exec(word)?.[1] ?? []).filter((name) => !(name in env));
  const programs = line === 'npm ci' ? [] : programsOf(words);
  if (!programs) return ['neither `npm ci`, nor a script of package.json, nor of .ci/'];
  return [
    ...unknown.map((name) => `$${name} is in no env of the step`),
    ...programs.filter((program) => !(program in scripts) && !runs(program)).map((program) => `there is no ${program}`),
  ];
}

/** `.ci/servers npm run test:real` is two. @returns undefined where the words are no command of ours */
function programsOf(words: readonly string[]): string[] | undefined {
  const [first = '', second, script] = words;
  if (first === 'npm') return second === 'run' && script !== undefined ? [script] : undefined;
  if (!first.startsWith('.ci/')) return undefined;
  return words.length === 1 ? [first] : [first, ...(programsOf(words.slice(1)) ?? [])];
}

const fault = (is: boolean, what: string): string[] => (is ? [what] : []);
