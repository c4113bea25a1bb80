import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The framework's own reader, which knows the short forms of CloudFormation: a package more would be there for this alone. */
const parse: (path: string, text: string) => unknown = createRequire(import.meta.url)(
  'serverless/lib/utils/fs/parse.js',
);

/** @throws what the reader throws, with line and column */
export const yamlOf = (text: string): unknown => parse('given.yml', text);

/** @throws as yamlOf, and with the name of the file */
export const yamlIn = (path: string): unknown => parse(path, readFileSync(path, 'utf8'));
