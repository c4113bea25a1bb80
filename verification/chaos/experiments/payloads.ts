import { isDeepStrictEqual } from 'node:util';
import { decodeMessage, encodeMessage, MAX_MESSAGE_BYTES, type Message } from '../../../lib/core/message.ts';
import type { Patch } from '../../mutants/mutant.ts';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { sampleJson } from '../harness/payloads.ts';
import { drained } from '../harness/queues.ts';
import { type ChaosStack, startChaosStack } from '../harness/stack.ts';

const sizes = {
  full: { sluice: { codec: 100_000, through: 900, limit: 100 }, control: { codec: 2000, through: 60, limit: 3 } },
  short: { sluice: { codec: 5000, through: 60, limit: 6 }, control: { codec: 500, through: 20, limit: 0 } },
} as const;
const A_CHUNK = 1000;
const AT_ONCE = 8;
const DRAIN_MS = 120_000;

const plainJson: Patch = {
  name: 'messages are plain JSON',
  file: 'lib/core/message.ts',
  search: '/[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD]/g',
  replace: '/(?!)/g',
};

export const payloads: Experiment = {
  name: 'payloads',
  shows:
    'Random JSON through the codec, and through everything, up to the byte at the limit: it comes out as it was sent',
  promises: ['P1', 'P2'],
  layer: 'whole path',
  control: { is: 'messages are JSON as JavaScript writes it', patches: [plainJson] },
  async run(run) {
    const codec = throughCodec(run);
    const stack = await startChaosStack(run);
    try {
      const path = await throughEverything(stack, run);
      return {
        violations: { 'changed by the codec': codec.changed, ...path.violations },
        figures: { 'through the codec': codec.tried, 'longest bytes': codec.longest, ...path.figures },
        evidence: path.evidence ?? [],
        engines: stack.engines.names,
      };
    } finally {
      await stack.stop();
    }
  },
};

/** What SQS carries; whatever else comes out as U+FFFD or not at all. */
const carried = (body: string): string => body.replaceAll(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD]/g, '\uFFFD');

function throughCodec({ arm, size, seed, progress }: Run) {
  const count = sizes[size][arm].codec;
  let changed = 0;
  let longest = 0;
  for (let tried = 0; tried < count; tried += A_CHUNK) {
    for (const data of sampleJson(seed + tried, Math.min(A_CHUNK, count - tried))) {
      const body = encodeMessage({ ...envelope, data });
      longest = Math.max(longest, Buffer.byteLength(body));
      if (!isDeepStrictEqual(decodeOr(carried(body)), data)) changed++;
    }
    progress(`${tried} of ${count} through the codec`);
  }
  return { tried: count, changed, longest };
}

const decodeOr = (body: string): unknown => {
  try {
    return decodeMessage(body).data;
  } catch (error) {
    return error;
  }
};

const TIME = '2026-11-23T12:00:00Z';
/** All fields but the data, as long as ingest makes them. */
const envelope: Message = {
  version: 1,
  tenant: 'local',
  id: 'payloads-0000-0000',
  source: '/tenants/local',
  type: 'chaos.kept',
  time: TIME,
  recordedtime: '2026-11-23T12:00:00.000Z',
  extensions: {},
  data: null,
  fingerprint: 'f'.repeat(43),
  replay: 0,
  schema: '0'.repeat(16),
};

interface Sample {
  id: string;
  value: unknown;
  status: 202 | 413;
}

async function throughEverything(
  stack: ChaosStack,
  { arm, size, seed, progress }: Run,
): Promise<Omit<Findings, 'engines'>> {
  const { through, limit } = sizes[size][arm];
  const idOf = (index: number) =>
    `payloads-${String(seed % 10_000).padStart(4, '0')}-${String(index).padStart(4, '0')}`;
  const samples: Sample[] = [
    ...sampleJson(seed, through).map((value, index) => ({ id: idOf(index), value, status: 202 as const })),
    ...Array.from({ length: limit }, (_, index) => atLimit(idOf(through + index), index)),
  ];
  const broken = { 'wrong status': 0, 'changed on the way': 0, 'changed in MongoDB': 0, 'messages left': 0 };
  const evidence: string[] = [];
  const tell = (kind: keyof typeof broken, text: string) => {
    broken[kind]++;
    if (evidence.length < 5) evidence.push(`${kind}: ${text}`);
  };
  await each(samples, async ({ id, value, status }, index) => {
    const response = await stack.caller.post('/events', { id, type: 'chaos.kept', time: TIME, data: { value } });
    if (response.status !== status) tell('wrong status', `${id}: ${response.status} instead of ${status}`);
    await response.arrayBuffer();
    progress(`${index} of ${samples.length} sent`);
  });
  broken['messages left'] = await drained(stack.engines.sqsEndpoint, DRAIN_MS, (left) =>
    progress(`${left} messages left`),
  );
  const accepted = samples.filter(({ status }) => status === 202);
  await each(accepted, async ({ id, value }, index) => {
    const response = await stack.caller.fetch(`/events/${id}`);
    const { data } = (await response.json()) as { data?: { value: unknown } };
    if (!isDeepStrictEqual(data, { value })) tell('changed on the way', id);
    const kept = await stack.db.collection('kept').findOne({ event: id });
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (kept?.text !== text) tell('changed in MongoDB', id);
    progress(`${index} of ${accepted.length} compared`);
  });
  return { violations: broken, figures: { 'through everything': samples.length, 'at the limit': limit }, evidence };
}

/** One byte below the limit, at it, or one above. */
function atLimit(id: string, index: number): Sample {
  const over = (index % 3) - 1;
  const empty = Buffer.byteLength(encodeMessage({ ...envelope, id, data: { value: '' } }));
  // Six bytes a character that has to be escaped; the rest in plain letters.
  const room = MAX_MESSAGE_BYTES - empty + over;
  const escaped = index % 2 === 0 ? Math.floor(room / 12) : 0;
  return { id, value: '\uffff'.repeat(escaped) + 'x'.repeat(room - 6 * escaped), status: over > 0 ? 413 : 202 };
}

async function each<Item>(items: readonly Item[], work: (item: Item, index: number) => Promise<void>): Promise<void> {
  const waiting = items.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [index, item] of waiting) await work(item, index);
    }),
  );
}
