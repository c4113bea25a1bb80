import { HttpProblem } from '../core/problem.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * 415, with what is understood and what came instead.
 * @param headers of the request; the problem has its own beside them
 */
export function mediaTypeProblem(
  detail: string,
  sent: Headers,
  understood: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): HttpProblem {
  const contentType = printable(sent['content-type']);
  const contentEncoding = printable(sent['content-encoding']);
  const what = [
    contentType === undefined ? 'no Content-Type' : `Content-Type ${contentType}`,
    ...(contentEncoding === undefined ? [] : [`Content-Encoding ${contentEncoding}`]),
  ];
  return new HttpProblem('media-type', `${detail}; sent was ${what.join(' with ')}`, {
    members: {
      understood,
      sent: {
        ...(contentType !== undefined && { contentType }),
        ...(contentEncoding !== undefined && { contentEncoding }),
      },
    },
    headers: { accept: understood.join(', '), ...headers },
  });
}

const LONGEST = 100;
/** By which a text ends that was cut. */
const CUT = '...';

/** As much of a header as may be shown to whoever sent it: printable ASCII, cut. */
function printable(value: string | undefined): string | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  const shown = text.length > LONGEST ? text.slice(0, LONGEST - CUT.length) + CUT : text;
  return shown.replaceAll(/[^\x20-\x7e]/g, '?');
}
