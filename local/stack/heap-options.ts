/**
 * Options of Node for each process of a stack. On a machine with much memory V8 lets the young generation grow to 128 MB, in each process
 * by itself, and keeps them; what Sluice does between two collections is through in 8.
 */
export const HEAP_OPTIONS: readonly string[] = ['--max-semi-space-size=8'];
