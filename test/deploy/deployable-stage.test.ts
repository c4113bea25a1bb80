import { expect, test } from 'vitest';
import { refuseLocalStage } from '../../deploy/deployable-stage.ts';
import DeployPlugin from '../../deploy/plugin.ts';

const line = 'stage local asks callers for no key and stays on this machine: name another with --stage';

/** What the framework does before it packages, deploys, or deploys one function. */
const hooks = ['before:package:cleanup', 'before:deploy:deploy', 'before:deploy:function:initialize'];

function hooksOf(provider: string, functions: string) {
  const service = {
    custom: { sluice: { stage: functions } },
    functions: {},
    provider: { stage: provider, compiledCloudFormationTemplate: { Resources: {} } },
  };
  return new DeployPlugin({ serviceDir: '.', service }, {}, { log: { notice: () => {} } }).hooks;
}

test.each(hooks)('stage local is refused %s, whichever of the two says it', async (hook) => {
  for (const [provider, functions] of [
    ['local', 'local'],
    ['local', 'prod'],
    ['prod', 'local'],
  ] as const)
    await expect(hooksOf(provider, functions)[hook]?.()).rejects.toMatchObject({ message: line, stack: line });
  await expect(hooksOf('prod', 'prod')[hook]?.()).resolves.toBeUndefined();
});

test('stages that only look like it are not refused', () => {
  expect(() => refuseLocalStage(['locals', 'dev', 'prod'])).not.toThrow();
});
