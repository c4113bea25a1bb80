import { describe, expect, test } from 'vitest';
import { deliver, packagedAtIn, packagedAtOf, type Stage } from '../../../deploy/pipeline/deliver-stage.ts';

const NOW = 1_795_943_388_730;
const EARLIER = NOW - 60_000;

type Broken = 'prepare' | 'deploy' | 'unread';

/** @param smokes what each smoke finds, in order @param more what else the stage finds */
function stage(before: number | undefined, smokes: boolean[], broken?: Broken, more: Partial<Stage> = {}) {
  const did: string[] = [];
  const said: string[] = [];
  const step = (what: 'prepare' | 'deploy') => async () => {
    did.push(what);
    if (what === broken) throw new Error(`${what} went wrong`);
  };
  const of: Stage = {
    prepare: step('prepare'),
    running: async () => before,
    abandoned: async () => [],
    adopt: async () => [],
    alarms: async () => [],
    async unread() {
      if (broken === 'unread') throw new Error('AWS is silent');
      return [];
    },
    deploy: step('deploy'),
    rollBack: async (at) => void did.push(`back to ${at}`),
    smoke: async () => {
      did.push('smoke');
      return smokes.shift() ?? false;
    },
    ...more,
  };
  const wanted = { name: 'dev', folder: 'package', packagedAt: NOW, earlier: false, leave: [] };
  const run = (other = {}) => deliver({ ...wanted, ...other }, of, (line) => said.push(line));
  return { did, said, run };
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

  test('after which an alarm fires that did not before goes back, though its check was passed', async () => {
    const found = [['old'], ['old', 'new']];
    const { did, said, run } = stage(EARLIER, [true, true], undefined, { alarms: async () => found.shift() ?? [] });
    expect(await run()).toBe('rolled back');
    expect(did).toEqual(['prepare', 'deploy', 'smoke', `back to ${EARLIER}`, 'smoke']);
    expect(said).toEqual(expect.arrayContaining(['dev: these alarms fire since it was deployed: new']));
  });

  const silent = async () => {
    throw new Error('no key for the checks');
  };
  test('of a stage that cannot be asked goes back, as from a check that failed', async () => {
    const { did, said, run } = stage(EARLIER, [], undefined, { smoke: silent });
    expect(await run()).toBe('failed');
    expect(did).toEqual(['prepare', 'deploy', `back to ${EARLIER}`]);
    expect(said).toEqual(expect.arrayContaining(['dev: it cannot be asked: no key for the checks']));
  });

  test('whose alarms cannot be asked for goes back too', async () => {
    const answers = [async () => [], silent];
    const { said, run } = stage(EARLIER, [true, true], undefined, { alarms: () => (answers.shift() ?? silent)() });
    expect(await run()).toBe('rolled back');
    expect(said).toEqual(expect.arrayContaining(['dev: it cannot be asked: no key for the checks']));
  });

  test('is delivered where alarms go on that fired before, and says so', async () => {
    const { said, run } = stage(EARLIER, [true], undefined, { alarms: async () => ['old'] });
    expect(await run()).toBe('delivered');
    expect(said).toEqual(expect.arrayContaining(['dev: these alarms fired before, and do so still: old']));
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

describe('what waits', () => {
  const waiting = { queue: 'sluice-dev-parcel-lost', type: 'parcel.lost', messages: 3 };
  const unnamed = { queue: 'sluice-dev-odd', messages: 1 };
  const abandoned = async () => [waiting, unnamed];

  test('and would be read by nobody is a reason not to deploy, unless it is left by name', async () => {
    const { did, run } = stage(NOW + 1, [true], undefined, { abandoned });
    await expect(run({ earlier: true, leave: ['parcel.sent'] })).rejects.toThrow(
      'stage dev: nobody would read what waits: sluice-dev-parcel-lost holds 3 (parcel.lost), which --leave parcel.lost would leave there; sluice-dev-odd holds 1 (sluice-dev-odd), which --leave sluice-dev-odd would leave there; deploy what reads it, or wait until it is empty',
    );
    await expect(run({ earlier: true, leave: ['parcel.lost'] })).rejects.toThrow('sluice-dev-odd holds 1');
    expect(did).toEqual([]);
    expect(await run({ earlier: true, leave: ['parcel.lost', 'sluice-dev-odd'] })).toBe('delivered');
  });

  test('and is read by nobody is told of, whatever became of the deployment', async () => {
    const unread = async () => [waiting];
    const line =
      'dev: sluice-dev-parcel-lost holds 3 messages that nobody reads: deploy what reads it (docs/deploy.md)';
    const good = stage(EARLIER, [true], undefined, { unread });
    await good.run();
    const back = stage(EARLIER, [false, true], undefined, { unread });
    await back.run();
    const broken = stage(EARLIER, [], 'deploy', { unread });
    await expect(broken.run()).rejects.toThrow('deploy went wrong');
    expect([good, back, broken].map(({ said }) => said.at(-1))).toEqual([line, line, line]);
  });

  test('where nobody can look changes nothing of what is told', async () => {
    const { said, run } = stage(EARLIER, [true], 'unread');
    expect(await run()).toBe('delivered');
    expect(said.at(-1)).toBe('dev: whether a queue holds messages that nobody reads is not known: AWS is silent');
  });

  test('in what an earlier deployment left is taken in before the next one', async () => {
    const did: string[] = [];
    const adopt = async () => {
      did.push('adopt');
      return ['sluice-dev-parcel-lost'];
    };
    const deploy = async () => void did.push('deploy');
    const { said, run } = stage(EARLIER, [true], undefined, { adopt, deploy });
    await run();
    expect(did).toEqual(['adopt', 'deploy']);
    expect(said[0]).toBe('dev: sluice-dev-parcel-lost was left by an earlier deployment, and is its own again');
  });
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
