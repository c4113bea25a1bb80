import type { Mutant } from '../mutant.ts';
import { alarms } from './alarms.ts';
import { functions } from './functions.ts';
import { queues } from './queues.ts';
import { roles } from './roles.ts';

/** What makes the template, with one rule broken: each is caught by the rule in test/deploy/rules/. */
export const templateMutants: readonly Mutant[] = [...roles, ...queues, ...functions, ...alarms];
