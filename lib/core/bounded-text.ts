/** Makes a text bounded, whatever else it does to it. @param most UTF-16 code units */
export type Bounded = (text: string, most: number) => string;

/**
 * A text for a record, a letter or a log line: never longer than it may be, well-formed, and without the credentials that drivers like
 * to quote in addresses. What is beyond twice the bound is never looked at, so that a text of any length costs the same.
 * @param most UTF-16 code units
 */
export function boundedText(text: string, most: number): string {
  return cutText(text.slice(0, most * 2).replace(/:\/\/[^/\s]*@/g, '://***@'), most);
}

/** By which a text ends that was cut. */
export const CUT = '…';

/** A text as it is, well-formed and never longer than it may be. @param most UTF-16 code units */
export const cutText = (text: string, most: number): string =>
  (text.length <= most ? text : `${text.slice(0, most - 1)}${CUT}`).toWellFormed();

/** The beginning of a text, of whole characters, as much as weighs no more. @param most bytes of UTF-8 */
export function cutToBytes(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(most));
  return text.slice(0, read);
}
