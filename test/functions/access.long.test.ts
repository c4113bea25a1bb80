import { afterAll, beforeAll, test } from 'vitest';
import { type Deployed, deploy } from '../support/access/deployed.ts';
import { expectHarmless, sendHostile } from '../support/access/hostile/run.ts';

let world: Deployed;
beforeAll(async () => {
  world = await deploy();
});
afterAll(() => world.stop());

test('whatever 50,000 hostile requests say, none shows or changes what is not the caller’s', async () => {
  const seed = Math.trunc(Math.random() * 2 ** 31);
  console.log(`seed ${seed}`);
  expectHarmless(await sendHostile(world, { runs: 50_000, seed }));
}, 900_000);
