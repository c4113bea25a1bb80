/**
 * The commit that the arm "today" runs: the code as it was when its figures were first measured (the column `now`). It stays, so that
 * what was gained since then can be read at any time.
 */
export const TODAY = 'ca459adcea3c3899554e89bf798476b207f9350a';
