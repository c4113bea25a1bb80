const planes = Array.from({ length: 16 }, (_, index) => (index + 1) * 0x1_0000);
const range = (from: number, to: number) => `${String.fromCodePoint(from)}-${String.fromCodePoint(to)}`;

/**
 * One character of a CloudEvents string, for expressions with the flag `u`: no control character, no non-character (CloudEvents 1.0
 * section "Type System"). Written without classes that only some readers of JSON Schema know.
 */
export const TEXT_CHARACTER = `[ -~\\u00a0-\\ud7ff\\ue000-\\ufdcf\\ufdf0-\\ufffd${planes.map((from) => range(from, from + 0xfffd)).join('')}]`;

const text = new RegExp(`^${TEXT_CHARACTER}*$`, 'u');

/** Whether all characters are those of a CloudEvents string. */
export const isText = (value: string): boolean => text.test(value);
