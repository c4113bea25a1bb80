import { setTimeout as wait } from 'node:timers/promises';
import type { Patch } from '../../mutants/mutant.ts';
import type { Experiment, Findings, Run } from '../experiment.ts';
import { type ChaosEngines, startEngines } from '../harness/engines.ts';
import { type FickleSqs, startFickleSqs } from '../harness/fickle-sqs.ts';
import { type IngestAnswer, type IngestProcesses, startIngest } from '../harness/ingest-processes.ts';
import { randomFrom } from '../harness/random.ts';

const sizes = {
  full: { sluice: { events: 100_000, kills: 50 }, control: { events: 2000, kills: 2 } },
  short: { sluice: { events: 2000, kills: 2 }, control: { events: 500, kills: 0 } },
} as const;
const A_REQUEST = 200;
const REQUESTS_AT_A_TIME = 6;
/** SQS_TIMEOUT_MS where nothing sets it: an answer that takes longer is none to the function. */
const SQS_MS = 3000;
const fickleness = { failed: 0.3, lostAnswer: 0.05, broken: 0.05 };

const failedListIgnored: Patch = {
  name: 'the Failed list is not looked at',
  file: 'lib/adapters/sqs/send-lane.ts',
  search: 'if (failure) return judgeFailedEntry(failure);\n      return sent.has(id)',
  replace: 'return failure || sent.has(id)',
};

export const publish: Experiment = {
  name: 'publish',
  shows: 'SQS refuses 30 % of the entries and loses answers, ingest is killed: what was answered 202 is in the queue',
  promises: ['P1'],
  layer: 'functions',
  control: { is: 'HTTP 200 of SQS is taken for success of every entry', patches: [failedListIgnored] },
  async run(run) {
    const engines = await startEngines(run.real);
    const sqs = await startFickleSqs(randomFrom(run.seed), fickleness);
    const ingest = startIngest(engines, sqs.endpoint);
    try {
      return await send(ingest, sqs, engines, run);
    } finally {
      await ingest.end();
      await sqs.stop();
      await engines.stop();
    }
  },
};

/** Of one item. */
interface Problem {
  status: number;
  code: string;
  detail: string;
}
/** What ingest tells of an event on which it had no answer; of others, that the queue did not take them. */
const MAY_HOLD = 'did not answer and may hold';

async function send(ingest: IngestProcesses, sqs: FickleSqs, engines: ChaosEngines, run: Run): Promise<Findings> {
  const { events, kills } = sizes[run.size][run.arm];
  const random = randomFrom(run.seed + 1);
  const broken = { 'acknowledged but lost': 0, 'wrong status': 0 };
  const evidence: string[] = [];
  const figures = {
    events,
    acknowledged: 0,
    refused: 0,
    'not answered': 0,
    kills: 0,
    'held twice': 0,
    'taken, and heard too late': 0,
  };

  /** @param took milliseconds of the whole request */
  const judge = (ids: readonly string[], answer: IngestAnswer, took: number) => {
    if (!answer) {
      figures['not answered'] += ids.length;
      return;
    }
    const results = (answer.body.results ?? []) as { id: string; problem?: Problem }[];
    results.forEach(({ id, problem }) => {
      const [held, said] = [sqs.held.has(id), sqs.said.get(id)];
      if (problem) figures.refused++;
      else figures.acknowledged++;
      const lost = !problem && !held;
      const mayGoAgain = problem?.code === 'queue-unavailable';
      const late = said === 'taken' && took >= SQS_MS && mayGoAgain && problem.detail.includes(MAY_HOLD);
      // What SQS said last, and in time, is what the client must hear: taken, or that it may be sent again.
      const wrong = said === 'taken' && !late ? problem !== undefined : !mayGoAgain;
      if (late) figures['taken, and heard too late']++;
      if (lost) broken['acknowledged but lost']++;
      if (wrong) broken['wrong status']++;
      if ((lost || wrong) && evidence.length < 5)
        evidence.push(
          `${id}: ${problem?.status ?? 202} after ${Math.round(took)} ms, held: ${held}, SQS said: ${said}`,
        );
    });
    if (results.length === ids.length) return;
    broken['wrong status'] += ids.length;
    evidence.push(`an answer for all: ${answer.status} ${JSON.stringify(answer.body)}`);
  };

  const requests = Array.from({ length: Math.ceil(events / A_REQUEST) }, (_, index) =>
    Array.from(
      { length: Math.min(A_REQUEST, events - index * A_REQUEST) },
      (__, item) => `publish-${run.seed}-${index}-${item}`,
    ),
  );
  const waiting = requests.values();
  let sent = 0;
  const work = async () => {
    for (const ids of waiting) {
      const body = JSON.stringify(ids.map((id) => ({ id, type: 'chaos.counted', data: {} })));
      const asked = performance.now();
      const answer = await ingest.post({ body, headers: { 'content-type': 'application/json' } });
      judge(ids, answer, performance.now() - asked);
      sent += ids.length;
      run.progress(`${sent} of ${events} events, ${figures.kills} kills`);
    }
  };
  const working = Promise.all(Array.from({ length: REQUESTS_AT_A_TIME }, work));
  let done = false;
  void working.finally(() => {
    done = true;
  });
  // Kills are spread over the events, not over time.
  while (!done) {
    await wait(random.below(20));
    if (figures.kills < kills && sent / events > (figures.kills + random.next()) / (kills + 1) && ingest.kill(random))
      figures.kills++;
  }
  await working;
  figures['held twice'] = [...sqs.held.values()].filter((count) => count > 1).length;
  return {
    violations: broken,
    figures: { ...figures, 'acknowledged and held': [...sqs.held.keys()].length },
    evidence,
    engines: { redis: engines.names.redis ?? '', sqs: 'one that fails on purpose' },
  };
}
