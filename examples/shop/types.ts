import type { EventInput } from '../../client/types.ts';
import type errorReported from '../../functions/events/error.reported.ts';
import type orderPlaced from '../../functions/events/order.placed.ts';
import type statusChanged from '../../functions/events/order.status.changed.ts';
import type pageViewed from '../../functions/events/page.viewed.ts';
import type userRegistered from '../../functions/events/user.registered.ts';

/** The event types of the shop. */
export type ShopTypes =
  | typeof errorReported
  | typeof orderPlaced
  | typeof pageViewed
  | typeof statusChanged
  | typeof userRegistered;

export type ShopEvent = EventInput<ShopTypes>;
