import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { copyProject } from '../support/project-copy.ts';

/** A judge from outside, and never a dependency: `pip install cfn-lint`. */
const linter = process.env.SLUICE_CFN_LINT;
/** The framework writes a DependsOn for what a reference says already. https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md */
const REDUNDANT = 'W3005';

if (linter === undefined) console.warn('The templates were not linted: SLUICE_CFN_LINT names no cfn-lint.');

test.skipIf(linter === undefined).each([
  ['dev', []],
  [
    'prod',
    [
      ...['vpc.subnetIds=subnet-0123456789abcdef0', 'vpc.securityGroupIds=sg-0123456789abcdef0'],
      ...['domain.name=events.example.com', 'origins=https://site.example'],
      'domain.certificateArn=arn:aws:acm:eu-central-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef',
      'alarmTopic=arn:aws:sns:eu-central-1:123456789012:alarms',
    ],
  ],
])('cfn-lint finds nothing in the template of %s', async (stage, parameters) => {
  const project = copyProject();
  try {
    const given = parameters.map((one) => `--param=${one}`);
    const { code, output } = await project.serverless('package', '--stage', stage, ...given);
    expect(code, output).toBe(0);
    const template = join(project.folder, '.serverless/cloudformation-template-update-stack.json');
    const asked = ['--template', template, '--regions', 'eu-central-1', '--ignore-checks', REDUNDANT];
    const said = await promisify(execFile)(linter ?? '', asked).then(
      () => 'nothing',
      (error: Error & { stdout?: string }) => error.stdout || error.message,
    );
    expect(said).toBe('nothing');
  } finally {
    project.remove();
  }
});
