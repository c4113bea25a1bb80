import { describe, expect, test } from 'vitest';
import { deliver, packagedAtIn, packagedAtOf, type Stage } from '../../../deploy/pipeline/deliver-stage.ts';

const NOW = 1_795_943_388_730;
const EARLIER = NOW - 60_000;

/** @param smokes what each smoke finds, in order */
function stage(before: number | undefined, smokes: boolean[], broken?: 'prepare' | 'deploy') {
  const did: string[] = [];
  const step = (what: 'prepare' | 'deploy') => async () => {
    did.push(what);
    if (what === broken) throw new Error(`${what} went wrong`);
  };
  const of: Stage = {
    prepare: step('prepare'),
    running: async () => before,
    deploy: step('deploy'),
    rollBack: async (at) => void did.push(`back to ${at}`),
    smoke: async () => {
      did.push('smoke');
      return smokes.shift() ?? false;
    },
  };
  const wanted = { name: 'dev', folder: 'package', packagedAt: NOW, earlier: false };
  return { did, run: (more = {}) => deliver({ ...wanted, ...more }, of, () => {}) };
}

describe('a delivery', () => {
  test('prepares, deploys and asks the stage', async () => {
    const { did, run } = stage(EARLIER, [true]);
    expect(await run()).toBe('delivered');
    expect(did).toEqual(['prepare', 'deploy', 'smoke']);
  });

  test('whose check fails goes back to what ran before, and asks again', async () => {
    const { did, run } = stage(EARLIER, [false, true]);
    expect(await run()).toBe('rolled back');
    expect(did).toEqual(['prepare', 'deploy', 'smoke', `back to ${EARLIER}`, 'smoke']);
  });

  test('says where going back did not mend it', async () => {
    expect(await stage(EARLIER, [false, false]).run()).toBe('failed');
  });

  test.each([undefined, NOW])('whose check fails, and before which ran %s, stays', async (before) => {
    const { did, run } = stage(before, [false]);
    expect(await run()).toBe('failed');
    expect(did).toEqual(['prepare', 'deploy', 'smoke']);
  });

  test('of what is older than what runs is refused before anything is done, unless it is asked for', async () => {
    const { did, run } = stage(NOW + 1, [true]);
    await expect(run()).rejects.toThrow('--earlier deploys it all the same');
    expect(did).toEqual([]);
    expect(await run({ earlier: true })).toBe('delivered');
  });

  test.each([
    ['prepare', ['prepare']],
    ['deploy', ['prepare', 'deploy']],
  ] as const)(
    'ends where it cannot %s: nothing is gone back from, CloudFormation did that',
    async (broken, expected) => {
      const { did, run } = stage(EARLIER, [], broken);
      await expect(run()).rejects.toThrow(`${broken} went wrong`);
      expect(did).toEqual(expected);
    },
  );
});

test('when a package was made stands in the paths of its code', () => {
  const path = `serverless/sluice/dev/${NOW}-2026-11-29T09:09:48.730Z`;
  expect(packagedAtIn(path)).toBe(NOW);
  expect(packagedAtIn('serverless/sluice/dev/latest')).toBeUndefined();
  const code = { S3Bucket: { Ref: 'ServerlessDeploymentBucket' }, S3Key: `${path}/ingest.zip` };
  expect(packagedAtOf({ Resources: { IngestLambdaFunction: { Properties: { Code: code } } } })).toBe(NOW);
  // Made, and nothing deployed into it yet.
  expect(packagedAtOf({ Resources: { ServerlessDeploymentBucket: {} } })).toBeUndefined();
  expect(packagedAtOf(undefined)).toBeUndefined();
});
