import type { EventDefinition } from '../../lib/sdk/definition.ts';
import { markdownTable } from '../markdown-table.ts';
import { type Part, partsOf, type Shape, standing, sumOf, timePart, usdOf } from './cost.ts';
import { PRICES, PRICES_OF } from './prices.ts';

/** Logs by what docs/signals.md promises of an event alone, and of one in a batch of ten. */
const SHAPES: readonly Shape[] = [
  { name: 'one in a request, alone', eventsARequest: 1, eventsABatch: 1, ordered: false, logBytes: 1500 },
  { name: 'one in a request, by tens', eventsARequest: 1, eventsABatch: 10, ordered: false, logBytes: 300 },
  { name: 'a hundred in a request, by tens', eventsARequest: 100, eventsABatch: 10, ordered: false, logBytes: 300 },
  { name: 'ordered, one in a request, by tens', eventsARequest: 1, eventsABatch: 10, ordered: true, logBytes: 300 },
];

const dollars = (usd: number): string => `$${usd.toFixed(2)}`;
const number = (count: number): string => Math.round(count).toLocaleString('en-US');

/** What `npm run docs:cost` writes into docs/cost.md. @param plain and `ordered` a type of each kind */
export async function costLines(plain: EventDefinition, ordered: EventDefinition): Promise<string[]> {
  const { fixed, aType, anOrderedType } = await standing(plain, ordered);
  return [
    `Prices: ${PRICES_OF.region}, ${PRICES_OF.month}, before free tiers and discounts.`,
    '',
    '### A million events',
    '',
    ...SHAPES.flatMap((shape) => [
      `**${shape.name}**: ${dollars(sumOf(partsOf(shape)))}`,
      '',
      ...rows(partsOf(shape)),
      '',
    ]),
    `And for each ${timePart.what}, of a million runs: ${dollars(usdOf(timePart))}.`,
    '',
    '### A month, whether anything is sent or not',
    '',
    ...section('the service', fixed),
    ...section('a type more', aType),
    ...section('an ordered type more', anOrderedType),
    '### The prices',
    '',
    ...markdownTable([
      ['dollars', 'for', ''],
      ...Object.values(PRICES).map(({ usd, per, of, page }) => [
        String(usd),
        `${number(per)} ${of}`,
        `[page](${page})`,
      ]),
    ]),
  ];
}

const section = (name: string, parts: readonly Part[]): string[] => [
  `**${name}**: ${dollars(sumOf(parts))}`,
  '',
  ...rows(parts),
  '',
];

const rows = (parts: readonly Part[]): string[] =>
  markdownTable([
    ['what', 'so many', 'costs'],
    ...parts.map((part) => [part.what, number(part.count), dollars(usdOf(part))]),
  ]);
