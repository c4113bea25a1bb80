import { isUtf8 } from 'node:buffer';

/**
 * The text of a header that may have been sent as bare UTF-8. A gateway hands on text, or one character for each byte as Node does,
 * and no header says which (docs/decisions/0026-what-headers-carry.md).
 * @returns undefined when the bytes were no UTF-8
 */
export function headerText(value: string): string | undefined {
  const text = /[^\0-\xff]/.test(value) ? value : ofBytes(Buffer.from(value, 'latin1'));
  // It is what stands for bytes that a gateway could not read.
  return text?.includes('\ufffd') || !text?.isWellFormed() ? undefined : text;
}

function ofBytes(bytes: Buffer): string | undefined {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  // Where some of it is UTF-8 and some is not it is bytes, and broken. Else it is what a gateway read.
  return /[^\0-\x7f\ufffd]/.test(bytes.toString('utf8')) ? undefined : bytes.toString('latin1');
}

/** Without the blanks around it that are none of a header's value (RFC 9110 section 5.5); all others are. */
export const withoutBlanks = (text: string): string => /[^ \t](?:.*[^ \t])?/s.exec(text)?.[0] ?? '';

/**
 * Undoes percent-encoding once; a `%` that begins no escape stands for itself.
 * @returns undefined when escapes are no UTF-8
 */
export function percentDecoded(text: string): string | undefined {
  try {
    return text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => decodeURIComponent(escapes));
  } catch {
    return undefined;
  }
}
