const traceContext = /^(?!ff)([0-9a-f]{2})-((?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(-.*)?$/;

/**
 * The caller's trace context (https://www.w3.org/TR/trace-context/#traceparent-header), in the form of version 00.
 * @returns undefined when it is absent or malformed: then the trace begins here
 */
export function readTraceparent(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const [, version, fields, rest] = traceContext.exec(value) ?? [];
  if (fields === undefined || (version === '00' && rest !== undefined)) return undefined;
  return `00-${fields}`;
}
