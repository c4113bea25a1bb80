import { describe, expect, it } from 'vitest';
import DeployPlugin from '../../deploy/plugin.ts';
import { checkResourceCount, resourcesOfType } from '../../deploy/resource-count.ts';

describe('the number of resources', () => {
  it.each([
    [450, true],
    [451, false],
  ])('%i, counted where those of the packaged template are, is allowed: %s', async (count, allowed) => {
    const Resources = Object.fromEntries(Array.from({ length: count }, (_, n) => [`R${n}`, {}]));
    const noticed: string[] = [];
    const { hooks } = new DeployPlugin(
      {
        serviceDir: '',
        service: {
          custom: { sluice: { stage: 'dev' } },
          functions: {},
          provider: { stage: 'dev', compiledCloudFormationTemplate: { Resources } },
        },
      },
      {},
      { log: { notice: (text) => noticed.push(text) } },
    );
    const counted = hooks['after:aws:package:finalize:mergeCustomProviderResources']?.();
    if (allowed) await counted;
    else
      await expect(counted).rejects.toThrow(`the template has ${count} resources, more than the 450 that leave room`);
    expect(noticed).toEqual(allowed ? [`${count} of 450 resources; a type takes 10, so 0 more fit`] : []);
  });

  it('says how many types there is room for', () => {
    const Resources = Object.fromEntries(Array.from({ length: 117 }, (_, n) => [`R${n}`, {}]));
    expect(checkResourceCount({ Resources }, resourcesOfType())).toContain('so 33 more fit');
    expect(checkResourceCount({ Resources }, resourcesOfType({ byType: true }))).toContain('takes 11, so 30 more fit');
  });
});
