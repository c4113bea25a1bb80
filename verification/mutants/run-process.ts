/** Reads mutants and options as JSON from its input, runs them and prints the report as JSON. */
import { json } from 'node:stream/consumers';
import { runMutants } from './run.ts';

const [mutants, options] = (await json(process.stdin)) as Parameters<typeof runMutants>;
console.log(JSON.stringify(await runMutants(mutants, options)));
