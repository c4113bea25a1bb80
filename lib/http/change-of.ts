import type { Change } from '../access/told.ts';
import type { Identity } from '../core/access/identity.ts';
import type { HttpRequest } from './request.ts';

/** Who changes something in which request, as the audit tells it. */
export const changeOf = ({ id: request }: HttpRequest, { key: { id: key, name } }: Identity): Change => ({
  by: { key, name },
  request,
});
