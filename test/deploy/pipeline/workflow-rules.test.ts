import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { trustFaults } from '../../../deploy/pipeline/role-rules.ts';
import { workflow } from '../../../deploy/pipeline/workflow.ts';
import { faultsOf } from '../../../deploy/pipeline/workflow-rules.ts';
import { yamlIn, yamlOf } from '../../../deploy/pipeline/yaml.ts';
import { read, root } from '../../support/repository.ts';

const needing = z.object({ jobs: z.record(z.string(), z.object({ needs: z.string().optional() })) });
const project = { scripts: { deliver: '…', 'test:real': '…' }, runs: (path: string) => path === '.ci/servers' };
const SHA = 'de0fac2e4500dabe0009e67214ff5f5447ce83dd';

const good = `name: Deploy
on: { pull_request: {} }
permissions: {}
concurrency: { group: deploy }
jobs:
  dev:
    if: github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    permissions: { contents: read, id-token: write }
    environment: dev
    concurrency: { group: dev, cancel-in-progress: false }
    env: { STAGE: dev, SLUICE_KEY: '\${{ secrets.SLUICE_KEY }}' }
    steps:
      - uses: actions/checkout@${SHA} # v6.0.2
        with: { persist-credentials: false }
      - run: npm ci
      - run: .ci/servers npm run test:real
      - run: npm run deliver -- --stage "$STAGE"
`;
const faultsIn = (text: string) => faultsOf(workflow.parse(yamlOf(text)), text, project);

describe('rules of workflows', () => {
  test('find nothing in a good one', () => {
    expect(faultsIn(good)).toEqual([]);
  });

  test.each([
    ['permissions: {}\nconcurrency', 'permissions: { contents: write }\nconcurrency', 'must stand on top'],
    ['permissions: {}\nconcurrency', 'concurrency', 'must stand on top'],
    ['concurrency: { group: deploy }\n', '', '`concurrency` must stand on top'],
    ['group: deploy }', `group: 'x-\${{ github.run_id }}' }`, 'holds nobody back'],
    ['pull_request: {}', 'pull_request_target: {}', 'code of strangers'],
    [`${SHA} # v6.0.2`, 'v6', 'pinned by the hash'],
    [`${SHA} # v6.0.2`, SHA, 'pinned by the hash'],
    [`${SHA} # v6.0.2`, `${SHA.slice(1)} # v6.0.2`, 'pinned by the hash'],
    [`actions/checkout@${SHA} # v6.0.2`, './.github/actions/own', 'pinned by the hash'],
    [`actions/checkout@${SHA} # v6.0.2`, 'docker://alpine:3', 'pinned by the hash'],
    ['with: { persist-credentials: false }', '', 'checkout: `persist-credentials: false`'],
    ['    timeout-minutes: 60\n', '', '`timeout-minutes` is missing'],
    ['    permissions: { contents: read, id-token: write }\n', '', 'dev: `permissions` are missing'],
    ['contents: read, id', 'contents: write, id', 'no job may write'],
    ['    environment: dev\n', '', 'may take a role'],
    ['    environment: dev\n', '', 'may have secrets'],
    ['cancel-in-progress: false', 'cancel-in-progress: true', 'never cut off'],
    ['    if: github.event.pull_request.head.repo.full_name == github.repository\n', '', 'branches of this repository'],
    ['"$STAGE"', `\${{ github.event.pull_request.title }}`, 'an expression in a command'],
    ['"$STAGE"', '$STAGE', 'nothing of a shell'],
    ['"$STAGE"', '"$TITLE"', '$TITLE is in no env'],
    ['npm run deliver -- --stage "$STAGE"', 'npm run deliver; curl example.com', 'nothing of a shell'],
    ['npm run deliver --', 'npm run delivers --', 'there is no delivers'],
    ['npm run deliver --', 'npx deliver --', 'neither `npm ci`'],
    ['.ci/servers', '.ci/server', 'there is no .ci/server'],
    ['npm run test:real', 'npm run test:reel', 'there is no test:reel'],
    ['jobs:\n', `env: { KEY: '\${{ secrets.KEY }}' }\njobs:\n`, 'only a job of an environment may have secrets'],
    ['- run: npm ci\n', '- { uses: owner/action@v1 }\n      - run: npm ci\n', 'owner/action@v1: an action is pinned'],
    ['- run: npm ci\n', '- uses : owner/action@v1\n      - run: npm ci\n', 'owner/action@v1: an action is pinned'],
  ])('find %j made %j', (part, other, fault) => {
    expect(good).toContain(part);
    expect(faultsIn(good.replace(part, other)).join('\n')).toContain(fault);
  });

  test.each([
    ['its services', "    services: { db: { credentials: { password: '$KEY' } } }\n", 'secrets.KEY'],
    ['an expression', "    env: { KEY: '$KEY' }\n", 'toJSON(secrets)'],
    ['an index', "    env: { KEY: '$KEY' }\n", 'secrets["KEY"]'],
  ])('find secrets in %s of a job that has no environment', (_, lines, expression) => {
    const own = `    env: { STAGE: dev, SLUICE_KEY: '\${{ secrets.SLUICE_KEY }}' }\n`;
    expect(good).toContain(own);
    const text = good.replace(own, () => lines.replace('$KEY', () => `\${{ ${expression} }}`));
    expect(faultsIn(text)).not.toContain('dev: only a job of an environment may have secrets');
    expect(faultsIn(text.replace('    environment: dev\n', ''))).toContain(
      'dev: only a job of an environment may have secrets',
    );
  });
});

describe('the workflows of this repository', () => {
  const paths = globSync('.github/workflows/*', { cwd: root }).sort();
  const scripts = JSON.parse(read('package.json')).scripts;
  const runs = (path: string) => existsSync(join(root, path)) && (statSync(join(root, path)).mode & 0o111) !== 0;

  test.each(paths)('%s keeps the rules', (path) => {
    expect(faultsOf(workflow.parse(yamlIn(join(root, path))), read(path), { scripts, runs })).toEqual([]);
  });

  test('have one that checks, one that deploys and one that goes on', () => {
    expect(paths.map((path) => path.split('/').at(-1))).toEqual(
      expect.arrayContaining(['check.yml', 'deploy.yml', 'nightly.yml', 'preview.yml', 'sweep.yml', 'weekly.yml']),
    );
  });

  test('deploy what was tried before: one artefact, and each stage after the one before it', () => {
    const { jobs } = needing.parse(yamlIn(join(root, '.github/workflows/deploy.yml')));
    expect(Object.entries(jobs).map(([name, { needs }]) => [name, needs])).toEqual([
      ['artefact', undefined],
      ['dev', 'artefact'],
      ['staging', 'dev'],
      ['prod', 'staging'],
    ]);
  });
});

describe('rules of the role', () => {
  const path = 'deploy/pipeline/roles.yml';
  const text = read(path);

  test('find nothing in ours', () => {
    expect(trustFaults(yamlIn(`${root}/${path}`))).toEqual([]);
  });

  test.each([
    [`repo:\${Repository}:environment:\${Environment}`, `repo:\${Repository}:*`, 'exactly'],
    [
      '            Condition:\n              StringEquals:\n',
      '            Condition:\n              StringLike:\n',
      'exactly',
    ],
    ['token.actions.githubusercontent.com:aud: sts.amazonaws.com', 'x: y', 'for sts.amazonaws.com'],
    ['- lambda:CreateFunction\n', "- 'lambda:*'\n", 'lambda:*: an action is named'],
    ['- cloudformation:ValidateTemplate\n', '- cloudformation:DeleteStack\n', 'Look: changes everything there is'],
    ['iam:PassedToService', 'aws:PrincipalTag/x', 'roles are handed to functions alone'],
  ])('find %j made %j', (part, other, fault) => {
    expect(text).toContain(part);
    expect(trustFaults(yamlOf(text.replace(part, other))).join('\n')).toContain(fault);
  });
});
