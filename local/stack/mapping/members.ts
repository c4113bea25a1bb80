/** What an answer of SQS has under its names; of what is no object, nothing. */
export const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** Of what is no list, nothing. */
export const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
