/** An expression of metric math, as far as alarms here use it. */
export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'metric'; id: string }
  | { kind: 'list'; of: Expression[] }
  | { kind: 'call'; name: string; args: Expression[] }
  | { kind: 'operation'; operator: string; left: Expression; right: Expression };

/** Operators from those that bind least. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html */
const LEVELS: readonly (readonly string[])[] = [
  ['OR'],
  ['AND'],
  ['==', '!=', '<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/'],
];

/** @throws Error where it is no expression that is known here, with the place */
export function parse(text: string): Expression {
  const tokens = [...text.matchAll(/\s*(\d+(?:\.\d+)?|[A-Za-z]\w*|==|!=|<=|>=|\S)/g)].map(([, token = '']) => token);
  let at = 0;
  const fault = (): Error => new Error(`metric math: ${tokens[at] ?? 'the end'} is not expected in ${text}`);
  const take = (wanted: string): void => {
    if (tokens[at] !== wanted) throw fault();
    at += 1;
  };
  const list = (end: string): Expression[] => {
    const all: Expression[] = [];
    while (tokens[at] !== end) {
      if (all.length > 0) take(',');
      all.push(level(0));
    }
    take(end);
    return all;
  };
  function atom(): Expression {
    const token = tokens[at] ?? '';
    if (!/^[\w([]/.test(token)) throw fault();
    at += 1;
    if (token === '(') {
      const inner = level(0);
      take(')');
      return inner;
    }
    if (token === '[') return { kind: 'list', of: list(']') };
    if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
    if (tokens[at] !== '(') return { kind: 'metric', id: token };
    at += 1;
    return { kind: 'call', name: token, args: list(')') };
  }
  function level(depth: number): Expression {
    const operators = LEVELS[depth];
    if (!operators) return atom();
    let left = level(depth + 1);
    for (let operator = tokens[at]; operator !== undefined && operators.includes(operator); operator = tokens[at]) {
      at += 1;
      left = { kind: 'operation', operator, left, right: level(depth + 1) };
    }
    return left;
  }
  const whole = level(0);
  if (at < tokens.length) throw fault();
  return whole;
}
