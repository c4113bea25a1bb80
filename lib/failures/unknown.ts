import { HttpProblem, shown } from '../core/problem.ts';

/** 404: there is none, or it is another tenant's. */
export const failureUnknown = (id: string): HttpProblem =>
  new HttpProblem('failure-unknown', `there is no failure ${shown(id)}`);
