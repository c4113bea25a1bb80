/** What the engine says that it is: the least version that Sluice runs on has SET with NX and GET together. */
export const VERSION = '7.0.15';
