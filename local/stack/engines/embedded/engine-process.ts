/** `node engine-process.ts <name> <region>`, started by apart.ts: one embedded engine alone, until its parent is gone. */
import { messageOf } from '../../../../lib/core/errors.ts';
import { usedMemory } from '../../../commands/memory/used.ts';
import { collectGarbage } from '../../collect-garbage.ts';
import type { Embedded, EngineName } from './embedded.ts';
import { startHere } from './here.ts';
import type { EngineAnswers, EngineMessage, EngineQuestion, Numbered } from './questions.ts';

process.on('disconnect', () => process.exit());
// It may have been gone before that was heard.
if (!process.connected) process.exit(1);
const [, , name, region = ''] = process.argv;
try {
  const engine = await startHere(name as EngineName, region);
  process.on('message', (question: Numbered) => void reply(engine, question));
  say({ kind: 'listening', address: engine.address });
  // What loading it has left, while whoever started it still loads.
  collectGarbage();
} catch (error) {
  say({ kind: 'fault', line: messageOf(error) });
  process.exitCode = 1;
  process.disconnect();
}

function say(message: EngineMessage): void {
  if (process.connected) process.send?.(message);
}

async function reply(engine: Embedded, question: Numbered): Promise<void> {
  const { id } = question;
  try {
    say({ kind: 'answer', id, answer: await answerTo(engine, question) });
  } catch (error) {
    say({ kind: 'refusal', id, line: messageOf(error) });
  }
}

async function answerTo(engine: Embedded, question: EngineQuestion): Promise<EngineAnswers[keyof EngineAnswers]> {
  switch (question.ask) {
    case 'changes':
      return engine.changes();
    case 'save':
      await engine.save(question.file);
      return null;
    case 'restore':
      return engine.restore(question.file);
    case 'memory':
      return usedMemory();
    case 'away':
      await engine.away?.(question.ms);
      return null;
  }
}
