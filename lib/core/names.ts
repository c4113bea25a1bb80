/** Names that follow from an event type; code and template take them from here alone. */
const words = (type: string): string[] => type.split('.');

/** `cart.abandoned` -> `cart-abandoned`, with `.fifo` for an ordered type: the queue's name after `<service>-<stage>-`. */
export const queueSuffix = (type: string, ordered: boolean): string =>
  `${words(type).join('-')}${ordered ? '.fifo' : ''}`;

/** The dead-letter queue's name after `<service>-<stage>-`. */
export const deadLetterSuffix = (ordered: boolean): string => `dead-letters${ordered ? '.fifo' : ''}`;

/** The queue of replays of many failures, after `<service>-<stage>-`. */
export const REPLAYS_SUFFIX = 'replays';

/** `cart.abandoned` -> `onCartAbandoned`: the consumer function. */
export const consumerName = (type: string): string => `on${pascalCase(type)}`;

/** `cart.abandoned` -> `CartAbandoned`: the stem of resource names. */
export const pascalCase = (type: string): string =>
  words(type)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
