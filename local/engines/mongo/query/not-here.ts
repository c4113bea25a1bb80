import { MongoFault } from '../errors.ts';

/** Operators of the server's queries and expressions that this engine knows by name and refuses. */
const names: ReadonlySet<string> = new Set([
  ...['$where', '$text', '$sampleRate', '$near', '$nearSphere', '$geoWithin', '$geoIntersects', '$within'],
  ...['$function', '$accumulator', '$median', '$percentile', '$toDecimal', '$toUUID', '$toArray', '$toObject', '$meta'],
  ...['$tsSecond', '$tsIncrement', '$binarySize', '$toHashedIndexKey'],
]);

/** @throws MongoFault NotImplemented for what the server has and this engine has not */
export function refuseNotHere(name: string): void {
  if (names.has(name)) throw new MongoFault('NotImplemented', `this engine does not have ${name}`);
}
