import { HttpProblem } from '../core/problem.ts';

/** 400 for a parameter, or a member of a body, that is known and cannot be what it is. @param name as the service calls it */
export const invalidParameter = (name: string, fault: string, cause?: unknown): HttpProblem =>
  new HttpProblem('invalid-parameter', `${name} ${fault}`, { members: { parameter: name }, cause });
