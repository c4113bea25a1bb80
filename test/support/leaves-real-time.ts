import { afterAll, vi } from 'vitest';

/** Files of one process follow one another in it: a clock that one of them stopped would stand still for the next. */
afterAll(() => {
  if (!vi.isFakeTimers()) return;
  vi.useRealTimers();
  throw new Error('this file leaves its fake timers to the next one: end them with vi.useRealTimers()');
});
