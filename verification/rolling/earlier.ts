/**
 * The commit whose bundles run beside those of this code, full length. Whoever begins a change of what functions write
 * for each other (docs/decisions/0014) sets it to the commit before that change.
 */
export const EARLIER = 'ca459adcea3c3899554e89bf798476b207f9350a';
