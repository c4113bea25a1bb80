import { keysIn } from '../../lib/adapters/redis/keys.ts';
import { keySpaceOf } from '../../lib/core/adapter-options.ts';

/** What the keys of a stack on this machine begin with. */
export const localSpace = keySpaceOf('sluice', 'local');

export const localKeys = keysIn(localSpace);
