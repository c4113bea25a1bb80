/**
 * What the author of an event file tests it with, as `#sluice/testing`. It passes on what it imports, as `#sluice` does:
 * docs/decisions/0018.
 */
export type { LogLine } from './log-lines.ts';
export type { Handled } from './outcome.ts';
export type { Given } from './sent.ts';
export type { RunOptions, Tenant } from './tenant.ts';
export { testing, type World } from './world.ts';
