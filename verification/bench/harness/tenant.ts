/** Whose everything is where nobody says it: of a stage that is open. */
export const TENANT = 'local';
