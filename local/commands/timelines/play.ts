import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SluiceHttpError } from '../../../client/errors.ts';
import type { StoredEvent } from '../../../client/types.ts';
import { lazy } from '../../../lib/core/lazy.ts';
import type { Caller } from '../../stack/caller.ts';
import { changedTexts } from '../changed-texts.ts';
import { askAll, type Check, NotShown, type Question } from '../checks.ts';
import type { StageAccess } from './access.ts';
import { type ChangesOptions, changeDifferences, type Held, held } from './changes.ts';
import { differences } from './differences.ts';
import { openPlaceholders, type Placeholders } from './placeholders.ts';
import { failureOf } from './seen-failure.ts';
import { type Seen, type Step, stepOf, type Timeline } from './timeline.ts';

/** What the door refuses of an event itself. */
const REFUSED: ReadonlySet<number> = new Set([400, 413, 415, 422]);
const PAUSE_MS = 100;
const DAY_MS = 86_400_000;
/** So many differences say what is wrong; others follow from them. */
const TOLD = 3;

/**
 * Runs timelines on a stage, one after another, because types may share collections and projections.
 * @returns a check for each step, and one for the projections of each timeline; never throws for what the stage says
 */
export async function playAll(timelines: readonly Timeline[], access: StageAccess): Promise<Check[]> {
  const checks: Check[] = [];
  for (const timeline of timelines)
    checks.push(...(await askAll(questionsOf(timeline, access), () => performance.now())));
  return checks;
}

/** What one run of a timeline knows. */
interface Run {
  type: string;
  access: StageAccess;
  placeholders: Placeholders;
  /** Hours of the day at which its events were accepted, `07`. */
  hours: Set<string>;
  /** Whose events they are, and what the projections held before the first one. */
  begun: () => Promise<{ tenant: string; before: Held | undefined }>;
  /** Why the steps from here on cannot be shown. */
  blocked?: string;
}

function questionsOf(timeline: Timeline, access: StageAccess): Question[] {
  const { type, steps, projections: expected } = timeline;
  const days = [-1, 0, 1].map((day) => new Date(Date.now() + day * DAY_MS).toISOString().slice(0, 10));
  const changesOf = (tenant: string, projections: ChangesOptions['projections']): ChangesOptions => ({
    ...{ tenant, expected, projections, days, declared: access.declared },
  });
  const run: Run = {
    type,
    access,
    placeholders: openPlaceholders(days),
    hours: new Set(),
    begun: lazy(async () => {
      const tenant = await tenantOf(access.caller);
      return { tenant, before: access.projections && (await held(changesOf(tenant, access.projections))) };
    }),
  };
  const ofSteps = steps.map((step): Question => [`${type}: ${step.what}`, () => shown(step, run)]);
  if (Object.keys(expected).length === 0) return ofSteps;
  return [...ofSteps, [`${type}: projections`, () => changesShown(run, changesOf)]];
}

/** @throws NotShown, or Error with what is otherwise than the timeline says */
async function shown(step: Step, run: Run): Promise<string> {
  const { access, placeholders, begun } = run;
  const { tenant } = await begun();
  const { given = {}, type = run.type, data } = stepOf(placeholders.filled(step));
  const collections = Object.entries(given);
  if (collections.length > 0 && !access.insert)
    run.blocked ??= 'documents are given before, and MONGODB_URI does not say where';
  if (run.blocked !== undefined) throw new NotShown(run.blocked);
  for (const [collection, documents] of collections)
    await access.insert?.(
      collection,
      documents.map((document) => ({ ...document, tenant })),
    );
  const seen = await seenOf({ type, data }, run);
  const found = differences(step.seen, changedTexts(seen, placeholders.mask), 'seen');
  if (found.length > 0) throw new Error(found.slice(0, TOLD).join('; '));
  return 'refused' in seen
    ? `refused: ${seen.refused}`
    : [...seen.statuses, seen.rejection ?? ''].filter(Boolean).join(', ');
}

/** Sends an event and waits for its outcome. @throws Error where there is none in time, SluiceHttpError for what is no refusal */
async function seenOf(sent: { type: string; data: unknown }, { access, hours }: Run): Promise<Seen> {
  const client = access.caller.client();
  const id = `timeline-${randomUUID()}`;
  try {
    const { status } = await client.send({ id, ...sent });
    const stored = await client.wait(id, { seconds: access.seconds });
    if (stored.status === 'accepted' || stored.status === 'retrying')
      throw new Error(`${sent.type} ${id} is ${stored.status} after ${access.seconds} s${reasonOf(stored)}`);
    hours.add(stored.recordedtime.slice(11, 13));
    return {
      statuses: [status, stored.status],
      attempts: stored.attempts.map(({ outcome, error }) => (error ? `${outcome}: ${error.code}` : outcome)),
      ...(stored.result !== undefined && { result: stored.result }),
      ...(stored.rejection && { rejection: stored.rejection.reason }),
      ...(stored.failure && { failure: await failureOf(access.caller, stored.failure.id) }),
    };
  } catch (error) {
    if (error instanceof SluiceHttpError && REFUSED.has(error.status)) return { refused: error.code };
    throw error;
  }
}

const reasonOf = ({ next, attempts }: StoredEvent): string =>
  [next?.why, attempts.at(-1)?.error?.message].map((one) => (one === undefined ? '' : `, ${one}`)).join('');

/** Projections follow their events by a moment. */
async function changesShown(
  { access: { projections, seconds }, placeholders, hours, begun, blocked }: Run,
  changesOf: (tenant: string, projections: ChangesOptions['projections']) => ChangesOptions,
): Promise<string> {
  if (blocked !== undefined) throw new NotShown(blocked);
  const { tenant, before } = await begun();
  if (!projections || !before) throw new NotShown('REDIS_URL does not say where they are');
  const options = changesOf(tenant, projections);
  const mask = (text: string) => (hours.has(text) ? '<hour>' : placeholders.mask(text));
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const found = changeDifferences(options, before, await held(options), mask);
    if (found.length === 0) return Object.keys(options.expected).join(', ');
    if (Date.now() > until) throw new Error(found.slice(0, TOLD).join('; '));
    await pause(PAUSE_MS);
  }
}

/** @throws Error where the key opens nothing */
async function tenantOf(caller: Caller): Promise<string> {
  const response = await caller.fetch('/whoami');
  if (!response.ok) throw new Error(`GET /whoami answered ${response.status}: is the key one of this stage?`);
  const { tenant } = (await response.json()) as { tenant: string };
  return tenant;
}
