/** Events that run at once in one execution environment; the pool of connections to MongoDB is made for as many. */
export const RUNS_AT_ONCE = 5;
