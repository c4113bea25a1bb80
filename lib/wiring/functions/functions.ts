import { authorizer } from './authorizer.ts';
import { bulkReplay } from './bulk-replay.ts';
import { consume } from './consume.ts';
import { countFailures } from './count-failures.ts';
import { deadLetter } from './dead-letter.ts';
import type { FunctionDeclaration } from './declaration.ts';
import { httpFunctions } from './http-functions.ts';
import { setup } from './setup.ts';

/** Every function of the service. */
export const functions: readonly FunctionDeclaration[] = [
  ...httpFunctions,
  authorizer,
  deadLetter,
  bulkReplay,
  countFailures,
  setup,
  consume,
];
