import { MongoFault } from '../errors.ts';
import type { QueryScope } from '../query/scope.ts';
import { type Doc, isDocument } from '../value/types.ts';
import { addFields, replaceRoot, stageProjection, unset } from './reshape.ts';

/**
 * Compiles an update that is a pipeline.
 * https://www.mongodb.com/docs/manual/tutorial/update-documents-with-aggregation-pipeline/
 * @throws MongoFault InvalidOptions for a stage that an update may not have
 */
export function compileUpdatePipeline(pipeline: readonly unknown[], scope: QueryScope): (document: Doc) => Doc {
  const stages = pipeline.map((stage) => {
    if (!isDocument(stage) || Object.keys(stage).length !== 1)
      throw new MongoFault('Location40323', 'A pipeline stage specification object must contain exactly one field.');
    const [name = '', operand] = Object.entries(stage)[0] ?? [];
    scope.record('stage', name);
    switch (name) {
      case '$set':
      case '$addFields':
        return addFields(operand, scope);
      case '$unset':
        return unset(operand, scope);
      case '$project':
        return stageProjection(operand, scope);
      case '$replaceWith':
        return replaceRoot(operand, scope);
      case '$replaceRoot':
        return replaceRoot(isDocument(operand) ? operand.newRoot : undefined, scope);
      default:
        throw new MongoFault('InvalidOptions', `${name} is not allowed to be used within an update`);
    }
  });
  return (document) => stages.reduce((current, stage) => stage(current), document);
}
