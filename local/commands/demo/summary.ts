import type { Observed } from './drive.ts';
import type { EffectsBook } from './effects.ts';
import type { Effects } from './example.ts';
import { explained } from './explain.ts';
import type { Planned } from './plan.ts';
import { notOnce, type Recorded } from './records.ts';
import type { Report, Words } from './report.ts';
import type { Seen } from './send.ts';
import type { Played } from './story/stage.ts';
import { differences, expected, latencies, observed, surprises, totalOf } from './tally.ts';

export interface Summary {
  report: Report;
  words: Omit<Words, 'next'>;
  /** What examples have for programs beside the report. */
  more: Readonly<Record<string, unknown>>;
}

export interface Happened {
  run: Observed;
  /** What clients sent beside the story. */
  sentOnce: readonly Seen[];
  /** What must have settled, and its records. */
  settling: readonly Planned[];
  recorded: ReadonlyMap<string, Recorded>;
  played: readonly Played[];
  /** Why events may not have settled, one line for each type. */
  held: readonly string[];
  /** The numbers of the examples before anything was sent. */
  before: Effects;
  effects: EffectsBook;
  notes: readonly string[];
  elapsed(): number;
}

/** Compares what happened with what had to happen. */
export async function summaryOf(happened: Happened): Promise<Summary> {
  const { run, sentOnce, settling, recorded, played, held, before, effects, notes, elapsed } = happened;
  const effective = [
    ...sentOnce.map(({ planned }) => asItBecame(planned, run.outcomes)),
    ...played.flatMap((one) => one.effective),
  ];
  const wanted = effects.expected(effective);
  const changed = await effects.change(before, wanted);
  const got = observed(run);
  const planned = run.seen.map((one) => one.planned);
  const wrong = [
    ...held,
    ...differences(expected(planned, run.outcomes), got),
    ...surprises(run),
    ...notOnce(settling, recorded),
    ...effects.differences(wanted, changed),
    ...played.flatMap(({ act }) => act.differences.map((line) => `${act.title}: ${line}`)),
  ];
  const more = await effects.more();
  return {
    report: {
      ok: wrong.length === 0,
      seconds: elapsed(),
      events: run.seen.length,
      types: rowsOf(got, latencies(run)),
      total: totalOf(got),
      effects: changed,
      story: played.map(({ act }) => act),
      notes: [...notes],
      differences: wrong,
    },
    words: { explained: explained(run), effects: effects.words(changed), more: more.map(({ line }) => line) },
    more: Object.assign({}, ...more.map(({ fields }) => fields)) as Record<string, unknown>,
  };
}

function rowsOf(got: ReturnType<typeof observed>, waits: ReturnType<typeof latencies>): Report['types'] {
  const rows = [...got].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    rows.map(([type, counts]) => {
      const latency = waits.get(type);
      return [type, { ...counts, ...(latency && { latency }) }];
    }),
  );
}

/** An example with what became of it as what was expected. */
function asItBecame(planned: Planned, outcomes: Observed['outcomes']): Planned {
  const { expect } = planned;
  if (!('outcome' in expect) || expect.outcome !== 'any') return planned;
  const status = outcomes.get(planned.event.id)?.status;
  if (status !== 'succeeded' && status !== 'failed') return planned;
  return { ...planned, expect: { answer: 'accepted', outcome: status } };
}
