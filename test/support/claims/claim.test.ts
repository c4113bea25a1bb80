import { expect } from 'vitest';
import { claims } from './claim.ts';

const { does } = claims('redis', 'claims');

does('commands/get/', 'a test carries its claim', ({ task }) => {
  expect(task.meta.claim).toEqual({
    engine: 'redis',
    stand: 'does',
    area: 'claims',
    page: 'https://redis.io/docs/latest/commands/get/',
    ranOn: 'embedded',
  });
});
