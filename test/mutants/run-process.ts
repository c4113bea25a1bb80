/** Reads mutants as JSON from its input, runs them and prints the report as JSON. */
import { json } from 'node:stream/consumers';
import type { Mutant } from './mutant.ts';
import { runMutants } from './run.ts';

console.log(JSON.stringify(await runMutants((await json(process.stdin)) as Mutant[])));
