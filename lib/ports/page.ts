export interface Page<Item> {
  items: Item[];
  next: string | null;
}

export interface ListFilter {
  type?: string;
  /** RFC 3339, inclusive. */
  since?: string;
  /** RFC 3339, exclusive. */
  until?: string;
  limit: number;
  cursor?: string;
}
