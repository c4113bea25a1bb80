/** Characters of a text in a filter: those of the longest attribute that a failure has. */
export const LONGEST_TEXT = 512;
/** Characters; why a failure is discarded is a sentence, not a report. */
export const LONGEST_REASON = 1000;
/** What a filter names one by one. */
export const MOST_IDS = 1000;
/** Failures a second of a replay of many; a tenant has one at a time. */
export const DEFAULT_RATE = 10;
export const MAX_RATE = 50;
/** What a dry run shows. */
export const SAMPLES = 5;
/** Their data together, in bytes of JSON. */
export const SAMPLE_BYTES = 1_048_576;
