import { isIP } from 'node:net';

/**
 * Whether a web page may have had a browser send a request: nobody needs a key here, and no page has any business with queues. Browsers
 * name the page's origin with all that changes something; after DNS rebinding they ask by a name that belongs to somebody in public DNS.
 * https://fetch.spec.whatwg.org/#origin-header
 */
export function isOfAPage({ origin, host = '' }: { origin?: string | undefined; host?: string | undefined }): boolean {
  const name = URL.parse(`http://${host}`)?.hostname;
  if (origin !== undefined || name === undefined) return true;
  const isPrivate =
    isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0 || !name.includes('.') || /\.(localhost|internal)$/.test(name);
  return !isPrivate;
}
