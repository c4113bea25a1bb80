import type { Expression } from './syntax.ts';

/** The values of a metric, one a period, the oldest first; undefined where CloudWatch has none. */
export type Series = readonly (number | undefined)[];

type Value = number | Series | readonly Series[];
type Environment = { metrics: ReadonlyMap<string, Series>; length: number };

/**
 * The series that an expression makes of those of metrics.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 * @throws Error for a function, an operator or a metric that is not known
 */
export function evaluate(expression: Expression, metrics: ReadonlyMap<string, Series>): Series {
  const length = Math.max(0, ...[...metrics.values()].map((series) => series.length));
  return seriesOf(computed(expression, { metrics, length }), length);
}

function computed(expression: Expression, environment: Environment): Value {
  const { metrics, length } = environment;
  if (expression.kind === 'number') return expression.value;
  if (expression.kind === 'list') return expression.of.map((one) => seriesOf(computed(one, environment), length));
  if (expression.kind === 'metric') {
    const series = metrics.get(expression.id);
    if (!series) throw new Error(`metric math: there is no metric ${expression.id}`);
    return series;
  }
  if (expression.kind === 'call')
    return called(
      expression.name,
      expression.args.map((one) => computed(one, environment)),
      environment,
    );
  const { operator, left, right } = expression;
  return operated(operator, computed(left, environment), computed(right, environment), length);
}

/** Between two series a value that one of them lacks is 0; what would be divided by 0 is dropped. */
function operated(operator: string, left: Value, right: Value, length: number): Value {
  const operate = OPERATORS[operator];
  if (!operate) throw new Error(`metric math: there is no operator ${operator}`);
  if (typeof left === 'number' && typeof right === 'number') return operate(left, right) ?? Number.NaN;
  const [a, b] = [seriesOf(left, length), seriesOf(right, length)];
  const [mayLackLeft, mayLackRight] = [typeof left !== 'number', typeof right !== 'number'];
  return a.map((one, index) => {
    const other = b[index];
    const isKnown = (mayLackLeft && one !== undefined) || (mayLackRight && other !== undefined);
    return isKnown ? operate(one ?? 0, other ?? 0) : undefined;
  });
}

const OPERATORS: Readonly<Record<string, (left: number, right: number) => number | undefined>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => (right === 0 ? undefined : left / right),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};

function called(name: string, args: readonly Value[], { length }: Environment): Value {
  const [first = 0, second = 0, third] = args;
  if (name === 'IF') {
    const [condition, yes] = [seriesOf(first, length), seriesOf(second, length)];
    const no = third === undefined ? undefined : seriesOf(third, length);
    return condition.map((value, index) => {
      if (value === undefined) return undefined;
      return value === 0 ? no?.[index] : (yes[index] ?? 0);
    });
  }
  const together = OF_LISTS[name];
  if (!together) throw new Error(`metric math: the function ${name} is not known here`);
  const list = listOf(first);
  return Array.from({ length }, (_, index) => {
    const there = list.flatMap((series) => series[index] ?? []);
    return there.length === 0 ? undefined : together(there);
  });
}

/** Of a list; of a single series they would be one number, which no alarm here asks for. */
const OF_LISTS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  MAX: (values) => Math.max(...values),
  SUM: (values) => values.reduce((sum, value) => sum + value, 0),
};

const isList = (value: Value): value is readonly Series[] => Array.isArray(value) && Array.isArray(value[0]);

function listOf(value: Value): readonly Series[] {
  if (!isList(value)) throw new Error('metric math: a list is wanted');
  return value;
}

function seriesOf(value: Value, length: number): Series {
  if (typeof value === 'number') return new Array<number>(length).fill(value);
  if (isList(value)) throw new Error('metric math: a list is no series');
  return value as Series;
}
