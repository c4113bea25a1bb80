import type { Mutant } from '../mutant.ts';
import { documents } from './documents.ts';
import { handlers } from './handlers.ts';
import { messages } from './messages.ts';
import { requests } from './requests.ts';
import { thrownErrors } from './thrown.ts';

/** Most need no engine; the engines of the others are right. */
export const faultsOptions = { sharedEngines: true, mutantMs: 20_000 };

/** What was once found wrong from outside, put back into lib/: each is caught by the test that was written for it. */
export const faultMutants: readonly Mutant[] = [...documents, ...messages, ...requests, ...thrownErrors, ...handlers];
