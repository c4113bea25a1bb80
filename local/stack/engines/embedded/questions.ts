import type { UsedMemory } from '../../../commands/memory/used.ts';

/** What the process of an embedded engine can be asked. */
export type EngineQuestion =
  | { ask: 'changes' }
  /** To write its state to a file. */
  | { ask: 'save'; file: string }
  /** To take its state in from a file. */
  | { ask: 'restore'; file: string }
  | { ask: 'memory' }
  /** To let nobody reach it for so long. */
  | { ask: 'away'; ms: number };

/** By question. */
export interface EngineAnswers {
  changes: number;
  save: null;
  restore: string[];
  memory: UsedMemory;
  away: null;
}

export type Numbered = EngineQuestion & { id: number };

/** What the process of an engine says: where it listens, why it does not, and answers by the number of their question. */
export type EngineMessage =
  | { kind: 'listening'; address: string }
  | { kind: 'fault'; line: string }
  | { kind: 'answer'; id: number; answer: EngineAnswers[keyof EngineAnswers] }
  | { kind: 'refusal'; id: number; line: string };
