import type { Mutant } from '../mutant.ts';
import { functionProcess } from './function-process.ts';
import { mapping } from './mapping.ts';
import { mongo } from './mongo.ts';
import { redis } from './redis.ts';
import { sqs } from './sqs.ts';

/** Faults of the local engines, each caught by a contract test of its engine. */
export const engineMutants: readonly Mutant[] = [...mongo, ...redis, ...sqs, ...mapping, ...functionProcess];
