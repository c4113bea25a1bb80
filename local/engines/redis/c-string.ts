/** A text as C shows it, which a zero byte ends. */
export const cString = (bytes: string): string => bytes.split('\0', 1)[0] ?? '';
