import type { Change } from '../access/told.ts';
import type { Identity } from '../core/access/identity.ts';
import type { By } from '../core/access/key-entry.ts';
import type { HttpRequest } from './request.ts';

/** Who does something, as messages, records and the audit name it. */
export const byOf = ({ key: { id: key, name } }: Identity): By => ({ key, name });

/** Who changes something in which request, as the audit tells it. */
export const changeOf = ({ id: request }: HttpRequest, identity: Identity): Change => ({
  by: byOf(identity),
  request,
});
