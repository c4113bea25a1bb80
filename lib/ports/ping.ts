/** Is a dependency there? Bounded by its budget; never throws. */
export type Ping = () => Promise<boolean>;
