import { posix } from 'node:path';
import { read } from './repository.ts';

/**
 * A number that stands in a file as a constant, be it exported or not: a product or sum of numbers and of other such constants.
 * @throws Error when there is none
 */
export function constantOf(file: string, name: string): number {
  const text = read(file);
  const written = new RegExp(`^(?:export )?const ${name} = ([^;]+);`, 'm').exec(text)?.[1];
  if (written !== undefined) return sumOf(written, file);
  const from = new RegExp(`^import (?:(?!^import)[\\s\\S])*?\\b${name}\\b[^;]*from '(\\.[^']+)'`, 'm').exec(text)?.[1];
  if (from === undefined) throw new Error(`${file} has no constant ${name}`);
  return constantOf(posix.join(posix.dirname(file), from), name);
}

const sumOf = (written: string, file: string): number =>
  written
    .replaceAll(' - ', ' + -')
    .split(' + ')
    .reduce((sum, term) => sum + productOf(term, file), 0);

const productOf = (term: string, file: string): number =>
  term.split(' * ').reduce((product, factor) => product * factorOf(factor, file), 1);

function factorOf(factor: string, file: string): number {
  if (/^[A-Z_]+$/.test(factor)) return constantOf(file, factor);
  if (/^-?[\d_.]+$/.test(factor)) return Number(factor.replaceAll('_', ''));
  throw new Error(`${file}: ${factor} is no number`);
}
