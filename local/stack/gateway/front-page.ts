import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RawResponse } from './response.ts';

export interface FrontPage {
  name: string;
  stage: string;
  version: string;
}

/** What can be looked at with a browser, or with a program. */
const LINKS = [
  ['/event-types', 'what may be sent, with schemas and examples'],
  ['/events', 'what was processed, newest first'],
  ['/failures', 'what needs a person'],
  ['/health', 'whether MongoDB, Redis and SQS answer'],
  ['/openapi.json', 'the API, in OpenAPI 3.1'],
  ['/asyncapi.json', 'the queues, in AsyncAPI 3'],
] as const;

/**
 * What `GET /` says on this machine, where somebody may come by; deployed there is no such route.
 * @param accept of the request: HTML for people, JSON for programs
 */
export const frontPage = (page: FrontPage, accept: string | undefined): RawResponse =>
  /\btext\/html\b/.test(accept ?? '')
    ? says('text/html; charset=utf-8', html(page), {
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      })
    : says('application/json', JSON.stringify({ ...page, links: links() }), {});

/** The front page of a project. @param folder where its package.json is */
export function frontPageOf(
  { name, stage }: Pick<FrontPage, 'name' | 'stage'>,
  folder: string,
): (accept: string | undefined) => RawResponse {
  const { version }: Pick<FrontPage, 'version'> = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return (accept) => frontPage({ name, stage, version }, accept);
}

const says = (type: string, text: string, headers: Record<string, string>): RawResponse => ({
  status: 200,
  headers: { 'content-type': type, 'cache-control': 'no-store', vary: 'accept', ...headers },
  cookies: [],
  body: Buffer.from(text),
});

/** `{ "event-types": "/event-types" }` */
const links = (): Record<string, string> => Object.fromEntries(LINKS.map(([path]) => [path.slice(1), path]));

const html = ({ name, stage, version }: FrontPage): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${name}, ${stage}</title>
<style>
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
  body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem }
  dt { margin-top: .75rem; font-family: ui-monospace, monospace }
  dd { margin: 0 }
</style>
</head>
<body>
<h1>${name}</h1>
<p>Version ${version}, stage ${stage}, on this machine. It takes in events over HTTP (<code>POST /events</code>) and
processes each exactly once. <code>README.md</code> in its folder has commands to try; <code>docs/http.md</code> is the
contract with callers.</p>
<dl>
${LINKS.map(([path, what]) => `<dt><a href="${path}">GET ${path}</a></dt><dd>${what}</dd>`).join('\n')}
</dl>
</body>
</html>
`;
