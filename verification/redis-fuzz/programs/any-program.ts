import fc from 'fast-check';
import { anyArity, connection, leftOut, noCommand, publication, subscription, transaction, watch } from './commands.ts';
import { bytes } from './packets.ts';
import { keys, type Program, type Sent, type Step } from './program.ts';
import { script } from './scripts.ts';

const command: fc.Arbitrary<string[]> = fc.oneof(
  { weight: 24, arbitrary: anyArity },
  { weight: 8, arbitrary: script },
  { weight: 4, arbitrary: transaction },
  { weight: 2, arbitrary: watch },
  { weight: 1, arbitrary: connection },
  { weight: 2, arbitrary: subscription },
  { weight: 2, arbitrary: publication },
  { weight: 1, arbitrary: noCommand },
);

const sent: fc.Arbitrary<Sent> = fc.oneof(
  { weight: 300, arbitrary: command.map((words) => ({ words })) },
  { weight: 25, arbitrary: command.map((words) => ({ words, inline: true as const })) },
  { weight: 10, arbitrary: bytes },
  // It ends what is compared of a program, and so is rare.
  { weight: 1, arbitrary: leftOut.map((words) => ({ words })) },
);

const parts = fc.double({ min: 0, max: 1, noNaN: true });
const cuts = fc.oneof(
  { weight: 3, arbitrary: fc.constant<number[]>([]) },
  { weight: 1, arbitrary: fc.array(parts, { minLength: 1, maxLength: 4 }) },
);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      client: fc.constantFrom(0 as const, 1 as const),
      sent: fc.array(sent, { minLength: 1, maxLength: 8 }),
      cuts,
    }),
  },
  { weight: 2, arbitrary: fc.record({ expire: fc.constantFrom(...keys) }) },
  { weight: 1, arbitrary: fc.record({ leaves: fc.constantFrom(0 as const, 1 as const) }) },
);

const hello: Step = { client: 1, sent: [{ words: ['HELLO', '3'] }], cuts: [] };

const anyProgram: fc.Arbitrary<Program> = fc
  .tuple(fc.boolean(), fc.array(step, { minLength: 3, maxLength: 12 }))
  .map(([resp3, steps]) => (resp3 ? [hello, ...steps] : steps));

/** The same program for the same two numbers, on every machine. */
export function programOf(seed: number, number: number): Program {
  // Seeds of one after another must not share programs.
  const [program] = fc.sample(anyProgram, { seed: (seed * 1_000_003 + number) | 0, numRuns: 1 });
  if (!program) throw new Error('no program was made');
  return program;
}
