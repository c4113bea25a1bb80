/** RFC 3986 appendix A, without the structure inside authorities that no reader here relies on. */
const unreserved = 'A-Za-z0-9._~\\-';
const subDelimiters = "!$&'()*+,;=";
const encoded = '%[0-9A-Fa-f]{2}';
const character = `(?:[${unreserved}${subDelimiters}:@]|${encoded})`;
const segmentNoColon = `(?:[${unreserved}${subDelimiters}@]|${encoded})+`;
const authority = `(?:(?:[${unreserved}${subDelimiters}:]|${encoded})*@)?(?:\\[[0-9A-Za-z:.${subDelimiters}~_\\-]+\\]|(?:[${unreserved}${subDelimiters}]|${encoded})*)(?::[0-9]*)?`;
const pathAfterAuthority = `(?:/${character}*)*`;
const pathAbsolute = `/(?:${character}+(?:/${character}*)*)?`;
const tail = `(?:\\?(?:${character}|[/?])*)?(?:#(?:${character}|[/?])*)?`;

const uriText = `[A-Za-z][A-Za-z0-9+.\\-]*:(?://${authority}${pathAfterAuthority}|${pathAbsolute}|${character}+(?:/${character}*)*)?${tail}`;
const relativeText = `(?://${authority}${pathAfterAuthority}|${pathAbsolute}|${segmentNoColon}(?:/${character}*)*)?${tail}`;

/** As JSON Schema wants them. */
export const uriPattern = `^${uriText}$`;
export const uriReferencePattern = `^(?:${uriText}|${relativeText})$`;

const uri = new RegExp(uriPattern);
const uriReference = new RegExp(uriReferencePattern);

/** A URI with a scheme (RFC 3986 section 3). */
export const isUri = (text: string): boolean => uri.test(text);
/** A URI or a relative reference (RFC 3986 section 4.1). */
export const isUriReference = (text: string): boolean => uriReference.test(text);
