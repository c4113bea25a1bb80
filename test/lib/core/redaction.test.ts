import { describe, expect, test } from 'vitest';
import { redactionFrom } from '../../../lib/core/redaction.ts';
import { cpuMs } from '../../support/cpu-time.ts';

const said = (values: Parameters<typeof redactionFrom>[0], text: string, most = 1000) =>
  redactionFrom(values)?.(text, most);
const long = 'a note that is longer than thirty-two characters, and goes on';

const MASK = '[sensitive]';
const jsonOf = (value: string) => JSON.stringify({ n: value });
const maskedBody = JSON.stringify({ body: jsonOf(MASK) });
const maskedQuery = `GET /?q=${encodeURIComponent('{"n":"')}${MASK}${encodeURIComponent('"}')}`;
const nothings = String.raw`\u{ffffff}[sensitive]%C0%80[sensitive]&#9999999;[sensitive]`;

describe('entry 4: a sensitive value is masked in any text', () => {
  test.each<[string, Parameters<typeof redactionFrom>[0], string, string]>([
    ['in the middle', ['ada@example.com'], 'no ada@example.com here', 'no [sensitive] here'],
    ['as all of it', ['ada@example.com'], 'ada@example.com', '[sensitive]'],
    ['twice', ['1234'], '1234 or 1234', '[sensitive] or [sensitive]'],
    ['several', ['ada', 'byron'], 'ada byron', '[sensitive] [sensitive]'],
    ['the longer one of two', ['ada l', 'ada'], 'x ada l', 'x [sensitive]'],
    ['a number', [4711], 'room 4711', 'room [sensitive]'],
    ['a date', [new Date(0)], 'on 1970-01-01T00:00:00.000Z', 'on [sensitive]'],
    ['in another case', ['Ada@Example.com'], 'x ada@example.com, ADA@EXAMPLE.COM', 'x [sensitive], [sensitive]'],
    ['beside what another case makes longer', ['ada'], 'İİİİ ADA İ', 'İİİİ [sensitive] İ'],
    ['beside that, in its own case', ['Özgür', 'İzmir'], 'Özgür, of İzmir', '[sensitive], of [sensitive]'],
    ['before a letter that changes its last one', ['ΟΔΟΣ'], 'ΟΔΟΣΑ', '[sensitive]Α'],
    ['as JSON writes it', ['a "b"\nc'], String.raw`{"note":"a \"b\"\nc"}`, '{"note":"[sensitive]"}'],
    ['as an address writes it', ['ada@example.com'], 'GET /?to=ada%40example.com', 'GET /?to=[sensitive]'],
    ['as a path writes it', ['Ada, of Ü@x'], 'GET /Ada,%20of%20%C3%9C@x', 'GET /[sensitive]'],
    ['as a form writes it', ['Ada Lovelace (1)'], 'GET /?to=Ada+Lovelace+%281%29&a', 'GET /?to=[sensitive]&a'],
    ['as JSON in JSON writes it', ['a "b"\nc'], JSON.stringify({ body: jsonOf('a "b"\nc') }), maskedBody],
    [
      'with escapes that JSON need not have',
      ['Müller/Ö'],
      String.raw`M\u00fcller\/\u00D6 M\xfcller/Ö`,
      `${MASK} ${MASK}`,
    ],
    ['as JSON in JSON with such escapes', ['Müller'], String.raw`{"body":"{\"n\":\"M\\u00FCller\"}"}`, maskedBody],
    ['with a pair of escapes', ['a😀bc'], String.raw`a\ud83d\ude00bc a\u{1f600}bc`, `${MASK} ${MASK}`],
    ['as an address writes it that escapes more', ['ada-l'], 'GET /%61da%2Dl', 'GET /[sensitive]'],
    ['as an address of old writes it', ['Müller'], 'GET /M%FCller/%C3%BC', 'GET /[sensitive]/%C3%BC'],
    ['as an address writes JSON', ['a "b"\nc'], `GET /?q=${encodeURIComponent(jsonOf('a "b"\nc'))}`, maskedQuery],
    [
      'as an address in an address',
      ['ada@x.org'],
      'GET /?to=%2F%3Fa%3Dada%2540x.org',
      'GET /?to=%2F%3Fa%3D[sensitive]',
    ],
    ['as markup writes it', ['a "b" & ü'], '<n>a &quot;b&#34; &amp; &#xFC;</n>', '<n>[sensitive]</n>'],
    ['a short one after an escape', ['7b'], String.raw`"room:\n7b"`, String.raw`"room:\n[sensitive]"`],
    ['what looks like an escape as it stands', ['C:\\new%41'], 'C:\\new%41', MASK],
    ['with escapes that mean nothing', ['ada1'], String.raw`\u{ffffff}ada1%C0%80ada1&#9999999;ada1`, nothings],
    [
      'an address with credentials',
      ['https://u:p@h/hook/1'],
      'GET https://u:p@h/hook/1 gave 500',
      'GET [sensitive] gave 500',
    ],
    ['one that is long', [long], `said: ${long}!`, 'said: [sensitive]!'],
    ['the beginning of one that is long', [long], `said: ${long.slice(0, 40)}`, 'said: [sensitive]'],
    [
      'of several that begin alike all to the end',
      [`${long}1`, `${long}2`],
      `said: ${long}2, twice`,
      'said: [sensitive]',
    ],
    ['a short one that stands alone', ['7b'], 'room 7b: full', 'room [sensitive]: full'],
    ['not a short one within a word', ['7b'], 'a7b 7bc', 'a7b 7bc'],
    ['not what is empty or space', ['', '  '], 'a  b', 'a  b'],
  ])('%s', (_, values, text, expected) => {
    expect(said(values, text)).toBe(expected);
  });

  test('where the text is cut in the midst of it', () => {
    const other = 'of forty characters, which become eleven';
    const text = `${other.repeat(4)}${'-'.repeat(30)}ada@example.com`;
    expect(said([other, 'ada@example.com'], text, 100)).toBe(`${'[sensitive]'.repeat(4)}${'-'.repeat(30)}[sensitive]`);
  });
});

test.each([String.raw`Ada \u00e`, 'Ada%20%C3%', 'Ada%20%C3', 'Ada+%C3%A', 'Ada &#xe'])(
  'entry 4: a text that is cut in the midst of an escape: %s',
  (end) => {
    const masks = 'b'.repeat(40);
    // 300 are looked at; of the values before, which become shorter, so much room is left that the end is shown.
    const text = `${masks.repeat(6)}${'-'.repeat(59 - end.length)}${end}${'x'.repeat(300)}`;
    expect(said(['Ada é and others', masks], text, 150)).toBe(`${MASK.repeat(6)}${'-'.repeat(59 - end.length)}${MASK}`);
  },
);

test('nothing is made where there are no values', () => {
  expect(redactionFrom([])).toBeUndefined();
});

test('a text is bounded', () => {
  expect(said(['ada'], 'b'.repeat(5e6), 100)).toBe(`${'b'.repeat(99)}…`);
});

test('with many values, and a text that begins like them everywhere, it ends in time', async () => {
  const alike = 'same beginning for all of them, ';
  const redact = redactionFrom(Array.from({ length: 20_000 }, (_, n) => `${alike.slice(0, n % 32)}${n}`));
  const text = 'same beginning for all of us '.repeat(70);
  expect(await cpuMs(() => Array.from({ length: 10 }, () => redact?.(text, 2000)))).toBeLessThan(3000);
});

test('entry 3: escapes of every kind cost what their text does', async () => {
  const redact = redactionFrom(Array.from({ length: 5000 }, (_, n) => `"&+ü${n}`));
  const kinds = [String.raw`\\\"`, '%25%22', '&amp;quot;', '+', String.raw`\u005cu0022`, '%2', '&#', '…', '%E2%80%A6'];
  const text = kinds.join('').repeat(1000);
  expect(await cpuMs(() => Array.from({ length: 10 }, () => redact?.(text, 2000)))).toBeLessThan(3000);
});
