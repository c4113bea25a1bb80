/**
 * The commit whose bundles run beside those of this code, full length. Whoever begins a change of what functions write
 * for each other (docs/decisions/0014) sets it to the commit before that change. This one has keys of Redis without
 * service and stage: neither side knows what the other has written there (docs/decisions/0024).
 */
export const EARLIER = '0b60108a8eb632827cd44ed40409cd5cfe38693e';
