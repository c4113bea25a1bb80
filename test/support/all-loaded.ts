import type { Catalogue } from '../../lib/core/catalogue.ts';
import type { KnownTypes } from '../../lib/core/known-types.ts';

/** A catalogue whose definitions are all there, as ingest knows it. */
export const allLoaded = (catalogue: Catalogue): Catalogue & KnownTypes => ({ ...catalogue, load: () => undefined });
