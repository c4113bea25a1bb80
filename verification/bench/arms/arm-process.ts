/** The process of one arm: makes ready, has its turn when it is told, and says what that took. It ends when its parent does. */
import { inspect } from 'node:util';
import type { ArmAnswer, ArmQuestion } from '../harness/arm.ts';
import { openArm } from './arms.ts';
import type { Opened } from './opened.ts';

process.once('disconnect', () => process.exit());

let opened: Opened | undefined;
let begun = { cpu: process.cpuUsage(), at: performance.now() };

const begin = (): void => {
  begun = { cpu: process.cpuUsage(), at: performance.now() };
};

function finish(events: number): ArmAnswer {
  const ms = performance.now() - begun.at;
  const { user, system } = process.cpuUsage(begun.cpu);
  return { kind: 'turn', turn: { events, cpu: user + system, ms, rss: process.memoryUsage.rss() } };
}

async function answerTo(question: ArmQuestion): Promise<ArmAnswer> {
  if (question.ask === 'open') {
    opened = await openArm(question.order);
    const { user, system } = process.cpuUsage();
    return { kind: 'opened', cpuMs: (user + system) / 1000, ...(opened.url !== undefined && { url: opened.url }) };
  }
  if (!opened) throw new Error('an arm is asked before it is opened');
  switch (question.ask) {
    case 'prepare':
      await opened.prepare(question.work, question.tenant);
      return { kind: 'done' };
    case 'turn':
      begin();
      return finish(await opened.turn());
    case 'begin':
      begin();
      return { kind: 'done' };
    case 'finish':
      return finish(0);
  }
}

process.on('message', (question: ArmQuestion) =>
  answerTo(question).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ kind: 'fault', text: inspect(error) } satisfies ArmAnswer),
  ),
);
