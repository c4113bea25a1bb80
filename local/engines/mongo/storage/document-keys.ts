import { flipped } from '../value/key.ts';
import { type PathKeys, pathKeys } from '../value/paths.ts';
import type { Doc } from '../value/types.ts';

/** The keys of one document's paths, each made once however many indexes have it. */
export class DocumentKeys {
  readonly document: Doc;
  readonly #paths = new Map<string, PathKeys>();
  readonly #flipped = new Map<string, string[]>();

  constructor(document: Doc) {
    this.document = document;
  }

  /** @throws as pathKeys */
  at(path: string, parts: readonly string[]): PathKeys {
    const known = this.#paths.get(path);
    if (known) return known;
    const found = pathKeys(this.document, parts);
    this.#paths.set(path, found);
    return found;
  }

  /** As they sort downwards. */
  flippedAt(path: string, parts: readonly string[]): string[] {
    const known = this.#flipped.get(path);
    if (known) return known;
    const turned = this.at(path, parts).keys.map(flipped);
    this.#flipped.set(path, turned);
    return turned;
  }
}
